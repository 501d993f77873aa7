package main

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
)

// packed is a file as it goes along between the pages of an import.
func packed(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil || z.Close() != nil {
		panic("what is written to memory is written")
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// arrivalCells are the routes of what other products kept: for clinicians and for
// whoever manages the practice, who learn nothing by them of anybody whom they do not
// know; and the invitation of a client who came that way.
func arrivalCells() map[string]cell {
	own := cell{}
	file := cell{form: values("packed", packed("name;email\nGerd;gerd@example.org\n"), "kind", "clients", "looked", "never")}
	return map[string]cell{
		"GET /clients/import": own, "POST /clients/import/look": file, "POST /clients/import/bring": file,
		"GET /practice/import": own, "POST /practice/import/look": file, "POST /practice/import/bring": file,
		"GET /clients/{client}/invite":           {owner: "client", reach: reads},
		"POST /clients/{client}/invite/address":  {owner: "client", reach: works, form: values("id", newOne+"8", "email", "gerd@example.org")},
		"POST /clients/{client}/invite/withdraw": {owner: "client", reach: works, form: values()},
		"POST /clients/{client}/invite":          {owner: "client", reach: reads, form: values("id", newOne+"8", "email", "gerd@example.org")},
	}
}
