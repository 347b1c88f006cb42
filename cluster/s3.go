package cluster

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"classify"
)

// s3Client speaks to the object store of the topology.
func (t *Topology) s3Client() (*minio.Client, error) {
	c, err := minio.New(net.JoinHostPort(t.S3.Host, strconv.Itoa(t.S3.Port)), &minio.Options{
		Creds: credentials.NewStaticV4(t.S3.AccessKey, t.S3.SecretKey, ""), Region: "local", MaxRetries: 1,
		Transport: &http.Transport{ResponseHeaderTimeout: 5 * time.Second, DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext},
	})
	if err != nil {
		return nil, fmt.Errorf("the object store: %w", err)
	}
	return c, nil
}

// makeBucket creates the bucket of the snapshots, unless it is there.
func (t *Topology) makeBucket(ctx context.Context) error {
	c, err := t.s3Client()
	if err != nil {
		return err
	}
	there, err := c.BucketExists(ctx, t.Snapshots.Bucket)
	if err == nil && !there {
		err = c.MakeBucket(ctx, t.Snapshots.Bucket, minio.MakeBucketOptions{Region: "local"})
	}
	if err != nil {
		return classify.WithHint(fmt.Errorf("the bucket %s on %s: %w", t.Snapshots.Bucket, t.S3.URL(), err), "classify doctor tells what is wrong with the object store")
	}
	return nil
}

// Stored is what there is of snapshots.
type Stored struct {
	Objects int       `json:"objects"`
	Bytes   int64     `json:"bytes"`
	Newest  time.Time `json:"newest,omitzero"`
	More    bool      `json:"more,omitempty"` // there are more objects than were counted
}

// mostObjects bounds the listing of a bucket.
const mostObjects = 100_000

// Stored counts the snapshots in the object store.
func (t *Topology) Stored(ctx context.Context) (Stored, error) {
	c, err := t.s3Client()
	if err != nil {
		return Stored{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var s Stored
	for o := range c.ListObjects(ctx, t.Snapshots.Bucket, minio.ListObjectsOptions{Prefix: t.Snapshots.Prefix + "/", Recursive: true}) {
		if o.Err != nil {
			return s, o.Err
		}
		if s.Objects == mostObjects {
			s.More = true
			break
		}
		s.Objects++
		s.Bytes += o.Size
		if o.LastModified.After(s.Newest) {
			s.Newest = o.LastModified
		}
	}
	return s, nil
}
