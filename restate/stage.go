package restate

import (
	"context"

	sdk "github.com/restatedev/sdk-go"

	"classify"
)

// StageInput is what the stage services take: what the stage needs to know, as the
// stages before it found it. A workflow never calls them.
type StageInput struct {
	Indicator     classify.Indicator          `json:"indicator"`
	Normalization classify.Normalization      `json:"normalization,omitzero"` // from time-inference on
	Time          classify.TimeInference      `json:"time,omitzero"`          // from family-assignment on
	Family        classify.FamilyAssignment   `json:"family,omitzero"`        // for type-classification
	Type          classify.TypeClassification `json:"type,omitzero"`          // for the reviews
	Verdict       classify.Verdict            `json:"verdict,omitzero"`       // for final-review
}

func (i *StageInput) facts() classify.Facts {
	ind := i.Indicator
	ind.Values = nil
	return classify.Facts{Indicator: ind, Normalization: i.Normalization, Time: i.Time}
}

func (i *StageInput) draft() classify.Draft {
	return classify.NewDraft(i.Normalization, i.Time, i.Family, i.Type)
}

// stages are the services of whoever wants one stage.
func (s *Service) stages() []sdk.ServiceDefinition {
	return []sdk.ServiceDefinition{
		stage(s, Normalization, "normalize", "Unit, scale, currency, denominator and price basis.", func(ctx context.Context, in *StageInput) (classify.Normalization, error) {
			return s.Stages.Normalize(ctx, in.Indicator)
		}),
		stage(s, TimeInference, "infer", "Frequency, cumulative pattern and the shape of the series.", func(ctx context.Context, in *StageInput) (classify.TimeInference, error) {
			return s.Stages.InferTime(ctx, in.Indicator, in.Normalization)
		}),
		stage(s, FamilyAssignment, "assign", "The family.", func(ctx context.Context, in *StageInput) (classify.FamilyAssignment, error) {
			return s.Stages.AssignFamily(ctx, in.facts())
		}),
		stage(s, TypeClassification, "classify", "Type, change basis, temporal aggregation and orientation.", func(ctx context.Context, in *StageInput) (classify.TypeClassification, error) {
			return s.Stages.ClassifyType(ctx, in.facts(), in.Family)
		}),
		stage(s, BooleanReview, "review", "Whether the draft passes, and what is wrong with it.", func(ctx context.Context, in *StageInput) (classify.Verdict, error) {
			return s.Stages.BooleanReview(ctx, in.facts(), in.draft())
		}),
		stage(s, FinalReview, "review", "What becomes of a draft that did not pass.", func(ctx context.Context, in *StageInput) (classify.FinalReview, error) {
			return s.Stages.FinalReview(ctx, in.facts(), in.draft(), in.Verdict)
		}),
	}
}

// stage is a service with one handler.
func stage[O any](s *Service, name, handler, about string, ask func(context.Context, *StageInput) (O, error)) sdk.ServiceDefinition {
	return sdk.NewService(name, sdk.WithDocumentation(about), sdk.WithInactivityTimeout(s.Inactivity), sdk.WithAbortTimeout(abort),
		sdk.WithJournalRetention(kept), sdk.WithIdempotencyRetention(kept), waitedFor()).
		Handler(handler, sdk.NewServiceHandler(func(ctx sdk.Context, in StageInput) (O, error) {
			o, err := ask(inside(ctx), &in)
			return o, toRestate(err)
		}))
}

// waitedFor are the retries of what a caller waits for: it gets an error after
// some tries.
func waitedFor() sdk.ServiceDefinitionOption {
	return sdk.WithInvocationRetryPolicy(sdk.WithInitialRetryInterval(firstRetry), sdk.WithRetryIntervalFactor(2), sdk.WithMaxRetryInterval(lastRetry),
		sdk.WithMaxRetryAttempts(stageAttempts), sdk.KillOnMaxAttempts())
}
