package doctor

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sys/unix"
)

// inContainer reports whether this program runs in one: the engines leave a file.
func inContainer() bool {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(mark); err == nil {
			return true
		}
	}
	return false
}

// space is what is free where a folder is.
func space(dir string) Disk {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Disk{Path: dir, Err: err}
	}
	size := uint64(s.Bsize)
	return Disk{Path: dir, Free: s.Bavail * size, Total: s.Blocks * size}
}

// hostOf is the host of an address; "" where it names none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// isLoopback reports whether a host is the machine, or container, itself.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// dated notes the clock of whom it asks.
type dated struct {
	http.RoundTripper
	note func(answer)
}

func (d dated) RoundTrip(r *http.Request) (*http.Response, error) {
	a := answer{start: time.Now()}
	resp, err := d.RoundTripper.RoundTrip(r)
	if err == nil {
		a.took = time.Since(a.start)
		a.date, _ = http.ParseTime(resp.Header.Get("Date"))
		d.note(a)
	}
	return resp, err
}

// s3 speaks to the object store of the topology.
func (s *Sources) s3(note func(answer)) (*minio.Client, error) {
	t := s.Topology.S3
	return minio.New(net.JoinHostPort(t.Host, strconv.Itoa(t.Port)), &minio.Options{
		Creds: credentials.NewStaticV4(t.AccessKey, t.SecretKey, ""), Region: "local", MaxRetries: 1,
		Transport: dated{&http.Transport{
			DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext, ResponseHeaderTimeout: 5 * time.Second, IdleConnTimeout: 5 * time.Second,
		}, note},
	})
}

// mostObjects bounds the listing of the snapshots.
const mostObjects = 100_000

// objects asks the object store for the snapshots.
func (g *gathering) objects(ctx context.Context) S3 {
	if g.Topology.S3.Port == 0 {
		return S3{Err: ErrNotAsked}
	}
	type read struct {
		S3
		with answer
	}
	found, err := ask(ctx, 4*g.limit, func(ctx context.Context) (read, error) {
		var found read
		c, err := g.s3(func(a answer) { found.with = a })
		if err != nil {
			return found, err
		}
		found.Bucket, err = c.BucketExists(ctx, g.Topology.Snapshots.Bucket)
		if err != nil || !found.Bucket {
			return found, err
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for o := range c.ListObjectsIter(ctx, g.Topology.Snapshots.Bucket, minio.ListObjectsOptions{Prefix: g.Topology.Snapshots.Prefix + "/", Recursive: true}) {
			if o.Err != nil {
				return found, o.Err
			}
			if found.Objects == mostObjects {
				found.More = true
				break
			}
			found.Objects++
			found.Bytes += o.Size
			if o.LastModified.After(found.Newest) {
				found.Newest = o.LastModified
			}
		}
		return found, nil
	})
	g.clock("S3", found.with)
	found.Err = err
	return found.S3
}
