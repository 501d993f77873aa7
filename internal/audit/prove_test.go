package audit_test

import (
	"context"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

// TestALeafIsProvedWithoutTheLog checks proofs of leaves in whole blocks and in the
// open one, and that nothing of them can be another.
func TestALeafIsProvedWithoutTheLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		signer, err := audit.NewSigner(w.Root.Derive(keys.UseAuditSignature), w.Root.Derive(keys.UseAuditMAC))
		if err != nil {
			t.Fatal(err)
		}
		prove := func(seq int64) (p audit.Proof, err error) {
			tx, err := w.DB.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer tx.Rollback()
			return audit.Prove(t.Context(), tx, seq)
		}
		if err := w.Log.Record(manyLeaves(700)); err != nil {
			t.Fatal(err)
		}
		if _, err := prove(3); err == nil {
			t.Error("proved by no head")
		}
		if _, err := w.Log.Checkpoint(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := w.Log.Record(manyLeaves(5)); err != nil {
			t.Fatal(err)
		}
		for _, seq := range []int64{0, 1, 255, 256, 300, 511, 512, 640, 698, 699} {
			p, err := prove(seq)
			if err != nil {
				t.Fatal(seq, err)
			}
			text, err := p.Text()
			if err != nil {
				t.Fatal(err)
			}
			again, err := audit.ReadProof(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Check(signer); err != nil || again.Seq != seq {
				t.Errorf("leaf %d, read back as %d: %v", seq, again.Seq, err)
			}
			for what, other := range map[string]string{
				"actor": strings.Replace(text, `"Actor":"`, `"Actor":"x`, 1), "place": strings.Replace(text, `"Seq":`, `"Seq":1`, 1),
				"path": strings.Replace(text, "beside: ", "beside: AAAA", 1), "head": strings.Replace(text, "waymark audit\n700", "waymark audit\n701", 1),
				"a hash too many": strings.Replace(text, "\n\n", "\nbeside: "+strings.Repeat("A", 43)+"=\n\n", 1),
			} {
				p, err := audit.ReadProof(other)
				if err == nil {
					err = p.Check(signer)
				}
				if err == nil || other == text {
					t.Errorf("leaf %d with another %s is proved", seq, what)
				}
			}
		}
		if _, err := prove(702); err == nil {
			t.Error("proved what no head holds yet")
		}
		if _, err := prove(7000); err == nil {
			t.Error("proved what is not there")
		}
	})
}

func FuzzReadProof(f *testing.F) {
	f.Add("entry: {\"Seq\":1}\nbeside: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nwaymark audit\n2\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := audit.ReadProof(text); err == nil {
			if _, err := p.Text(); err != nil {
				t.Error(err)
			}
		}
	})
}
