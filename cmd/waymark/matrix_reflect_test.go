package main

import (
	"time"

	"github.com/waymark-care/waymark/internal/reflect"
)

// reflectCells are the routes about the minutes around a session: what there is before
// it for those who treat the client now, and what a clinician keeps for themself, which
// nobody else reaches by any address.
func reflectCells() map[string]cell {
	prompt := reflect.OfWeek(time.Now()).ID
	record := func(of string, pairs ...string) cell {
		return cell{owner: "client", reach: works, of: of, form: values(pairs...)}
	}
	return map[string]cell{
		"GET /clients/{client}/brief":                      {owner: "client", reach: works},
		"GET /clients/{client}/balance":                    {owner: "client", reach: works},
		"POST /clients/{client}/balance/aside":             record(""),
		"GET /clients/{client}/sessions/{session}/minute":  {owner: "client", reach: works, of: "held"},
		"POST /clients/{client}/sessions/{session}/minute": record("held", "id", newOne+"8", "prompt", reflect.Minute()[0].ID, "text", "Enough"),
		"GET /balance":                        {},
		"GET /reflections":                    {},
		"POST /reflections":                   {form: values("id", newOne+"9", "prompt", prompt, "text", "Rest")},
		"GET /reflections/{reflection}":       {owner: "reflection", reach: nobodys},
		"POST /reflections/{reflection}":      {owner: "reflection", reach: nobodys, form: values("revision", "1", "text", "Rest")},
		"POST /reflections/{reflection}/drop": {owner: "reflection", reach: nobodys, form: values()},
	}
}
