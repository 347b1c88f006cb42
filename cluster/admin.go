package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"classify"
)

// Admin speaks to the admin API of one node. It is safe for concurrent use.
type Admin struct {
	URL string
}

// Deployment is a version of the service under its own address.
type Deployment struct {
	ID       string    `json:"id"`
	URI      string    `json:"uri"`
	Created  time.Time `json:"created_at"`
	Services []struct {
		Name     string `json:"name"`
		Revision int    `json:"revision"`
	} `json:"services"`
}

var adminClient = &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{
	DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext, IdleConnTimeout: 30 * time.Second}}

// mostAnswer bounds what an admin API may answer.
const mostAnswer = 32 << 20

// AdminError is an answer that is none of success.
type AdminError struct {
	Status  int
	Message string
}

func (e *AdminError) Error() string {
	return fmt.Sprintf("the admin API says %d: %s", e.Status, e.Message)
}

// call sends a request, and reads its answer into out unless that is nil.
func (a Admin) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.URL+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := adminClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		var said struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(data, &said) != nil || said.Message == "" {
			said.Message = string(data[:min(len(data), 300)])
		}
		return &AdminError{resp.StatusCode, said.Message}
	}
	if out == nil || len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, out)
}

// Register makes the service at an address known: from then on new work goes
// there. An address that is known is looked at again.
func (a Admin) Register(ctx context.Context, address string) (Deployment, error) {
	var d Deployment
	err := a.call(ctx, http.MethodPost, "/deployments", map[string]any{"uri": address, "force": true}, &d)
	if err != nil {
		return d, classify.WithHint(fmt.Errorf("register %s: %w", address, err), "%s", unreachableHint(address))
	}
	d.URI = address
	return d, nil
}

func unreachableHint(address string) string {
	host := ""
	if u, err := url.Parse(address); err == nil {
		host = u.Hostname()
	}
	if host == "localhost" || host == loopback {
		return "the nodes have to reach that address: inside containers 127.0.0.1 is the container itself; classify doctor tells more"
	}
	return "the nodes have to reach that address; classify doctor tells more"
}

// Deployments are all versions that are registered.
func (a Admin) Deployments(ctx context.Context) ([]Deployment, error) {
	var list struct {
		Deployments []Deployment `json:"deployments"`
	}
	err := a.call(ctx, http.MethodGet, "/deployments", nil, &list)
	return list.Deployments, err
}

// Remove forgets a deployment. What still runs on it would be lost: see Draining.
func (a Admin) Remove(ctx context.Context, id string) error {
	return a.call(ctx, http.MethodDelete, "/deployments/"+url.PathEscape(id)+"?force=true", nil, nil)
}

// Query asks the cluster in SQL; rows are read into out, a pointer to a slice.
func (a Admin) Query(ctx context.Context, sql string, out any) error {
	var answer struct {
		Rows json.RawMessage `json:"rows"`
	}
	if err := a.call(ctx, http.MethodPost, "/query", map[string]string{"query": sql}, &answer); err != nil {
		return err
	}
	if len(answer.Rows) == 0 {
		return errors.New("the admin API answers a query without rows")
	}
	return json.Unmarshal(answer.Rows, out)
}

// Invocations counts the unfinished invocations by status.
func (a Admin) Invocations(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		Status string `json:"status"`
		N      int    `json:"n"`
	}
	if err := a.Query(ctx, "SELECT status, count(*) AS n FROM sys_invocation WHERE status <> 'completed' GROUP BY status", &rows); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.Status] = r.N
	}
	return counts, nil
}

// Draining counts the unfinished invocations that a deployment has begun: they
// end where they began.
func (a Admin) Draining(ctx context.Context, id string) (int, error) {
	var rows []struct {
		N int `json:"n"`
	}
	err := a.Query(ctx, "SELECT count(*) AS n FROM sys_invocation WHERE status <> 'completed' AND pinned_deployment_id = '"+quoteSQL(id)+"'", &rows)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].N, nil
}

// quoteSQL doubles the quotes of a text: the query API has no parameters.
func quoteSQL(text string) string {
	var b bytes.Buffer
	for _, r := range text {
		if r == '\'' {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
	}
	return b.String()
}
