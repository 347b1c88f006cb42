package catalogue_test

import (
	"os"
	"path/filepath"
	"testing"

	"classify/catalogue"
)

func TestARunWithoutRejectsRemovesThoseOfAnEarlierOneAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content string
		stays   bool
	}{
		"rejects of an earlier run": {"file,line,reason,raw\na.csv,2,no name,\n", false},
		"another file":              {"id,name\nA,Exports\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.csv.rejects.csv")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := catalogue.NewRejectWriter(path).Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); (err == nil) != tt.stays {
				t.Errorf("the file is there: %t, want %t", err == nil, tt.stays)
			}
		})
	}
}
