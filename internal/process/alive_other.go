//go:build !unix

package process

// alive cannot ask here: the silence of a lease has to tell.
func alive(int) bool { return true }
