package cluster

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mr-tron/base58"

	"classify"
)

// WriteCompose writes the compose files of the topology into a folder, each as a
// whole or not at all, and beside them the key with which the nodes sign, unless
// there is one. serve are further flags of "classify serve". It replaces files
// that it made itself, and refuses to replace others. files are the paths of all
// three.
func (t *Topology) WriteCompose(dir string, serve ...string) (files []string, err error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fullDisk(err)
	}
	paths := []string{filepath.Join(dir, ClusterFile), filepath.Join(dir, DevFile), filepath.Join(dir, IdentityFile)}
	for _, path := range paths[:2] {
		if err := ours(path); err != nil {
			return nil, err
		}
	}
	key, err := identity(paths[2])
	if err != nil {
		return nil, err
	}
	texts, err := t.Compose(ComposeOptions{IdentityKey: key, Serve: serve})
	if err != nil {
		return nil, err
	}
	for i, data := range [][]byte{texts.Cluster, texts.Dev} {
		if err := replaceFile(paths[i], data, 0o644); err != nil {
			return nil, err
		}
	}
	return paths, nil
}

// ours refuses a file that this program did not make.
func ours(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at what would be replaced: %w", err)
	}
	defer f.Close()
	first := make([]byte, len(made))
	if _, err := io.ReadFull(f, first); err != nil || string(first) != made {
		return classify.WithHint(fmt.Errorf("%s is not a file of this program, and is not replaced", path), "move it away, or choose another folder")
	}
	return nil
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fullDisk(err)
	}
	defer os.Remove(f.Name()) // nothing is there when all went well
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return fullDisk(err)
}

// mostKey bounds what is read as a key.
const mostKey = 16 << 10

// identity is the public key to the private one in a file, as Restate writes it. A
// file that is not there is made, for its owner's eyes alone.
func identity(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newIdentity(path)
	}
	if err != nil {
		return "", fmt.Errorf("read the key of the cluster: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostKey))
	if err != nil {
		return "", fmt.Errorf("read the key of the cluster: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return "", notAKey(path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return "", notAKey(path)
	}
	return publicName(private), nil
}

func notAKey(path string) error {
	return classify.WithHint(&classify.InvalidInputError{What: "key", Err: fmt.Errorf("%s is no private key in PEM, Ed25519", path)},
		"move it away, and a new one is made; or: openssl genpkey -algorithm ed25519 -out %s", path)
}

func newIdentity(path string) (string, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", err
	}
	if err := replaceFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return "", err
	}
	return publicName(private), nil
}

// publicName is a public key in the words of Restate.
func publicName(private ed25519.PrivateKey) string {
	public, _ := private.Public().(ed25519.PublicKey) // of such a key it always is
	return "publickeyv1_" + base58.Encode(public)
}
