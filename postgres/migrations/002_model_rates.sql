-- Until when the budget of a model, shared by all processes, is taken; NULL:
-- nothing of it was. A crash of the server may lose it: then the budget is whole,
-- which is half a second's worth.
CREATE UNLOGGED TABLE model_rates (
    model_key text COLLATE "C" PRIMARY KEY, -- provider/model, and the address of its server
    requests_until timestamptz,
    tokens_until timestamptz
);
