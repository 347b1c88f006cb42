package postgrestest

import (
	"errors"
	"io"
	"os/exec"
)

// reaper is a small process that waits for the end of this one, however it ends,
// and then cleans up.
type reaper struct {
	cmd   *exec.Cmd
	leash io.Closer // it ends with this process
}

// begin starts a script whose standard input ends when this process does.
func (r *reaper) begin(cmd *exec.Cmd) error {
	leash, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return errors.Join(err, leash.Close())
	}
	r.cmd, r.leash = cmd, leash
	return nil
}

// end lets it clean up now, and waits until it has.
func (r *reaper) end() error { return errors.Join(r.leash.Close(), r.cmd.Wait()) }
