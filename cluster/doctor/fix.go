package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/minio/minio-go/v7"
)

// fixTime bounds one request of a fix.
const fixTime = 30 * time.Second

// makeBucket makes the bucket of the snapshots.
func (s *Sources) makeBucket(ctx context.Context, f *Facts) error {
	ctx, stop := context.WithTimeout(ctx, fixTime)
	defer stop()
	c, err := s.s3(func(answer) {})
	if err != nil {
		return err
	}
	if err := c.MakeBucket(ctx, f.Topology.Snapshots.Bucket, minio.MakeBucketOptions{Region: "local"}); err != nil {
		return fmt.Errorf("make the bucket %s: %w", f.Topology.Snapshots.Bucket, err)
	}
	return nil
}

// register has the nodes look at the service again, through the first one that
// answers.
func (s *Sources) register(ctx context.Context, f *Facts) error {
	ctx, stop := context.WithTimeout(ctx, fixTime)
	defer stop()
	return s.anywhere(f, func(admin string) error {
		_, err := send(ctx, time.Now, http.MethodPost, admin+"/deployments", map[string]any{"uri": f.Registered, "force": true})
		if err != nil {
			return fmt.Errorf("register %s: %w", f.Registered, err)
		}
		return nil
	})
}

// resume lets paused invocations go on, as many as were gathered. It tries each,
// and says of the first that it could not resume.
func (s *Sources) resume(ctx context.Context, f *Facts) error {
	return s.anywhere(f, func(admin string) error {
		var first error
		failed := 0
		for _, i := range f.Work.Stuck {
			if i.Status != "paused" {
				continue
			}
			_, err := ask(ctx, fixTime, func(ctx context.Context) (answer, error) {
				return send(ctx, time.Now, http.MethodPatch, admin+"/invocations/"+url.PathEscape(i.ID)+"/resume", nil)
			})
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				failed++
				if first == nil {
					first = fmt.Errorf("resume %s: %w", i.ID, err)
				}
			}
		}
		if failed > 1 {
			return fmt.Errorf("%w (and %d more)", first, failed-1)
		}
		return first
	})
}

func (s *Sources) anywhere(f *Facts, do func(admin string) error) error {
	for _, n := range f.Nodes {
		if n.VersionErr == nil {
			return do(n.Node.AdminURL())
		}
	}
	return errors.New("no admin API answers")
}

func (s *Sources) migrate(ctx context.Context, _ *Facts) error {
	if s.Migrate == nil {
		return errors.New("the store was not named: --store URL")
	}
	return s.Migrate(ctx)
}
