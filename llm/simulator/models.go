package simulator

import (
	"net/http"
	"time"
)

// released is when every model of the simulator came out.
var released = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func (s *Server) listModels(w http.ResponseWriter, r *http.Request) {
	d := dialectOf(r)
	if p := keyProblem(r); p != nil {
		s.deny(w, d, p)
		return
	}
	models := []any{}
	for _, m := range s.c.Models {
		models = append(models, modelBody(d, m))
	}
	if d.endpoint() == endpointChat {
		writeJSON(w, http.StatusOK, map[string]any{"object": "list", "data": models})
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": models, "has_more": false, "first_id": s.c.Models[0], "last_id": s.c.Models[len(s.c.Models)-1]})
}

func (s *Server) getModel(w http.ResponseWriter, r *http.Request) {
	d, id := dialectOf(r), r.PathValue("id")
	p := keyProblem(r)
	if p == nil {
		p = modelProblem(id)
	}
	if p != nil {
		s.deny(w, d, p)
		return
	}
	writeJSON(w, http.StatusOK, modelBody(d, id))
}

func modelBody(d dialect, id string) any {
	if d.endpoint() == endpointChat {
		return map[string]any{"id": id, "object": "model", "created": released.Unix(), "owned_by": Name}
	}
	return map[string]any{"id": id, "type": "model", "display_name": "Simulated " + id, "created_at": released.Format(time.RFC3339)}
}
