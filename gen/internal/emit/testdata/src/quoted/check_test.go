package weather

import "testing"

func TestQuoted(t *testing.T) {
	agree(t, decodeQuoted, encodeQuoted, `{"b":"true","i":"-128","u":"18446744073709551615","f":"1.5","s":"\"x\"","p":"7","e":"2"}`)
	asStandard(t, encodeQuoted, &Quoted{E: S})
	same(t, read(t, decodeQuoted, `{}`), Quoted{I: 5})
	fail(t, encodeQuoted, &Quoted{}, `/e: expected one of 1, 2`)
	refuse(t, decodeQuoted, `{"i":"128"}`, `/i: expected a string holding an integer between -128 and 127`)
	refuse(t, decodeQuoted, `{"i":"101"}`, `/i: expected at most 100`)
	refuse(t, decodeQuoted, `{"e":"3"}`, `/e: expected one of 1, 2`)
	refuse(t, decodeQuoted, `{"b":"yes"}`, `/b: expected`)
}

func TestAgreesWithSchema(t *testing.T) {
	const doc = `{"b":"true","i":"-128","u":"18446744073709551615","f":"1.5","s":"\"x\"","p":"7","e":"2"}`
	differential[Quoted]{decodeQuoted, encodeQuoted, quoteInputSchema, quoteOutputSchema, []string{"/i", "/s"}}.run(t, doc, 3000)
}
