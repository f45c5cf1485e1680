package weather

import "testing"

func TestEmbedded(t *testing.T) {
	for _, doc := range []string{
		`{"id":1,"title":"x"}`,
		`{"author":"a","id":1,"title":"x"}`,
		`{"author":"","level":2,"id":1,"note":"n","title":"x"}`,
	} {
		agree(t, decodeDoc, encodeDoc, doc)
	}
	asStandard(t, encodeDoc, &Doc{Meta: &Meta{}})
	same(t, read(t, decodeDoc, `{"level":3,"title":"t"}`), Doc{Meta: &Meta{Deep: &Deep{Level: 3}}, Title: "t"})
}

func TestAgreesWithSchema(t *testing.T) {
	const doc = `{"author":"a","level":2,"id":1,"note":"n","title":"x"}`
	differential[Doc]{decodeDoc, encodeDoc, saveInputSchema, saveOutputSchema, nil}.run(t, doc, 3000)
}
