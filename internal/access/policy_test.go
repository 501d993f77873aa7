package access_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/waytest"
)

var update = flag.Bool("update", false, "write testdata/policy.txt anew")

var (
	kinds  = []string{access.KindPractice, access.KindClient, access.KindPerson, access.KindAccount, access.KindEnquiry, access.KindCaller, access.KindReflection, access.KindVault, access.KindEntries}
	grants = []access.Grant{"", access.Treats, access.Supervises, access.Self, access.Emergency, access.Knows, access.Glimpses}
	roles  = [][]access.Grant{nil, {access.Clinician}, {access.Manager}, {access.Client}, {access.Clinician, access.Manager}}
)

// actors are everybody whom the policy could tell apart: a person, anyone, each
// part of the program that the policy names, and one that it does not.
var actors = sync.OnceValue(func() []access.Actor {
	all := []access.Actor{{Practice: "lindenhouse", ID: "ines", Fresh: true}, access.Anyone("lindenhouse"), access.System("lindenhouse", "nobody")}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`"system:(\w+)"`).FindAllStringSubmatch(access.PolicyText(), -1) {
		named[m[1]] = true
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		all = append(all, access.System("lindenhouse", name))
	}
	return all
})

// A row is one question that the policy may be asked, to which its answer is yes.
type row struct {
	actor  access.Actor
	role   []access.Grant
	grant  access.Grant
	kind   string
	action access.Action
}

// condition is one that more grants and more roles can only fulfil, never break.
var condition = regexp.MustCompile(`(context\.(grants|roles)|\[[^\]]*\])\.contains(Any|All)?\(("[^"]*"|\[[^\]]*\]|principal|resource)\)`)

// onlyAdds fails unless whoever holds more may do more: the policy forbids nothing,
// and has no condition that holding something could break. What is refused to
// somebody who holds everything is then refused to everybody.
func onlyAdds(t *testing.T) {
	t.Helper()
	text := regexp.MustCompile(`//[^\n]*`).ReplaceAllString(access.PolicyText(), "")
	if regexp.MustCompile(`\b(forbid|unless)\b`).MatchString(text) {
		t.Fatal("the policy forbids: its tests rest on permissions that only add up")
	}
	for _, m := range regexp.MustCompile(`when\s*\{([^}]*)\}`).FindAllStringSubmatch(text, -1) {
		if rest := strings.Trim(condition.ReplaceAllString(m[1], ""), " \n\t&|()"); rest != "" || strings.Contains(m[1], "!") {
			t.Fatalf("the tests of the policy cannot say whether holding more breaks this: %s", m[1])
		}
	}
}

// held is what somebody holds who holds one thing, or nothing.
func held(grant access.Grant) []access.Grant {
	if grant == "" {
		return nil
	}
	return []access.Grant{grant}
}

// asks returns the policy's answer.
func asks(t *testing.T, door *access.Door, actor access.Actor, action access.Action, kind string, held, role []access.Grant) bool {
	t.Helper()
	ok, err := access.Allows(door, actor, action, kind, held, role)
	if err != nil {
		t.Fatalf("%s %s %s: %v", actor.ID, action, kind, err)
	}
	return ok
}

// allowed is every row with a yes. The policy is a part of the program, the same behind every door: it is asked
// everything once, by the first test that wants to know.
var allowed struct {
	once sync.Once
	yes  []row
}

// matrix asks the policy everything, and returns every row with a yes.
func matrix(t *testing.T, door *access.Door) []row {
	t.Helper()
	allowed.once.Do(func() { allowed.yes = everyAnswer(t, door) })
	if len(allowed.yes) == 0 {
		t.Fatal("the policy was not asked everything, or allows nothing")
	}
	return allowed.yes
}

func everyAnswer(t *testing.T, door *access.Door) (yes []row) {
	t.Helper()
	onlyAdds(t)
	everything := []access.Grant{access.Clinician, access.Manager, access.Client}
	for _, actor := range actors() {
		for _, kind := range kinds {
			for _, action := range access.Actions() {
				if !asks(t, door, actor, action, kind, grants[1:], everything) {
					continue
				}
				for _, role := range roles {
					for _, grant := range grants {
						if asks(t, door, actor, action, kind, held(grant), role) {
							yes = append(yes, row{actor, role, grant, kind, action})
						}
					}
				}
			}
		}
	}
	return yes
}

// who names, in as few words as are needed, those for whom the answer is yes.
func who(rows []row) string {
	var words []string
	for _, actor := range actors() {
		yes := map[access.Grant][]int{} // by grant, which of roles
		for _, r := range rows {
			if r.actor != actor {
				continue
			}
			at := slices.IndexFunc(roles, func(x []access.Grant) bool { return slices.Equal(x, r.role) })
			yes[r.grant] = append(yes[r.grant], at)
		}
		if !actor.IsPerson() {
			if len(yes[""]) > 0 {
				words = append(words, actor.ID)
			}
			continue
		}
		byRole := rolesOf(yes[""])
		if byRole != "" {
			words = append(words, byRole)
		}
		for _, g := range grants[1:] {
			if w := rolesOf(yes[g]); w != byRole {
				words = append(words, fmt.Sprintf("%s who %s", w, g))
			}
		}
	}
	return strings.Join(words, "; ")
}

func rolesOf(at []int) string {
	if len(at) == len(roles) {
		return "any person"
	}
	var words []string
	for _, i := range at {
		var parts []string
		for _, r := range roles[i] {
			parts = append(parts, string(r))
		}
		if len(parts) == 0 {
			parts = []string{"no role"}
		}
		words = append(words, strings.Join(parts, "+"))
	}
	return strings.Join(words, " or ")
}

// TestThePolicyIsTheTable checks every answer that the policy gives against a
// table that is kept beside it, for people to read: testdata/policy.txt.
func TestThePolicyIsTheTable(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	by := map[string][]row{}
	for _, r := range matrix(t, w.Door) {
		name := string(r.action) + " " + r.kind
		by[name] = append(by[name], r)
	}
	var b strings.Builder
	b.WriteString(tableHead)
	for _, action := range access.Actions() {
		changes, opens, fresh, gives := access.Manners(action)
		var manner []string
		for word, is := range map[string]bool{"changes": changes, "opens": opens, "fresh sign-in": fresh, "gives and ends access": gives} {
			if is {
				manner = append(manner, word)
			}
		}
		slices.Sort(manner)
		fmt.Fprintf(&b, "\n%s", action)
		if len(manner) > 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(manner, ", "))
		}
		b.WriteString("\n")
		some := false
		for _, kind := range kinds {
			if words := who(by[string(action)+" "+kind]); words != "" {
				some = true
				fmt.Fprintf(&b, "  %-8s  %s\n", kind, words)
			}
		}
		if !some {
			b.WriteString("  nobody\n")
		}
	}
	const file = "testdata/policy.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("who may do what is not as the table says; if that is meant, run go test ./internal/access -update (-table +policy):\n%s", diff)
	}
}

const tableHead = `Who may do what. Made from the policy by its test, and compared with it by every run.
Each action names, for each kind of record, who may do it: a role in the practice,
"who" and what somebody holds in that one record. Nobody else may.
In brackets is how it is done: what opens, may read what is sealed; what does not, cannot.
`

// clinical are the actions that a rule of the house, not only the policy, keeps
// to those who treat the client and to the client.
func clinical(a access.Action) bool {
	for _, part := range []string{
		"measure", "flag", "session", "alliance", "marker", "episode", "choice",
		"safetyplan", "nourish", "assignment", "hour", "agenda", "note", "brief", "goal", "plan", "intake", "share", "journal", "media", "entries",
	} {
		if strings.HasPrefix(string(a), part+".") || strings.HasPrefix(string(a), part+"s.") {
			return true
		}
	}
	return false
}

// nightly are the two readings of finished work that the program does by itself,
// each under its own name. They are told to the client.
func nightly(r row) bool {
	return r.actor == access.System("lindenhouse", "learn") && r.action == access.LearnFrom ||
		r.actor == access.System("lindenhouse", "report") && r.action == access.CountEpisodes
}

func TestWhatThePolicyMayNeverAllow(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	yes := 0
	for _, r := range matrix(t, w.Door) {
		yes++
		changes, opens, _, _ := access.Manners(r.action)
		person := r.actor.IsPerson()
		manages := person && slices.Equal(r.role, []access.Grant{access.Manager})
		treats := slices.Contains([]access.Grant{access.Treats, access.Self, access.Supervises, access.Emergency}, r.grant)
		public := r.action == access.ReadPublic
		for rule, broken := range map[string]bool{
			"a manager opens a client's record":                          manages && !treats && r.kind == access.KindClient && opens,
			"a manager without a grant does something clinical":          manages && r.grant == "" && clinical(r.action),
			"anyone reaches a client's record":                           r.actor == access.Anyone("lindenhouse") && r.kind == access.KindClient,
			"the unknown part of the program does something":             r.actor == access.System("lindenhouse", "nobody") && !public,
			"a person without role and grant does something":             person && r.grant == "" && len(r.role) == 0 && !public,
			"who knows the name does something clinical":                 person && r.grant == access.Knows && clinical(r.action),
			"somebody's account is opened to another person":             person && r.kind == access.KindAccount && r.grant != access.Self,
			"a part of the program opens a client's record":              strings.HasPrefix(r.actor.ID, "system:") && r.kind == access.KindClient && opens && !nightly(r),
			"a vault is reached by anybody but whose it is":              (r.kind == access.KindVault || r.kind == access.KindEntries) && (!person || r.grant != access.Self),
			"anyone opens what was written by whoever asks":              r.actor == access.Anyone("lindenhouse") && r.kind == access.KindEnquiry && opens,
			"a manager opens what was written by whoever asks":           manages && r.kind == access.KindEnquiry,
			"a part of the program reaches what they wrote":              strings.HasPrefix(r.actor.ID, "system:") && r.kind == access.KindEnquiry,
			"a client reaches somebody who asks":                         person && slices.Equal(r.role, []access.Grant{access.Client}) && (r.kind == access.KindEnquiry || r.kind == access.KindCaller),
			"somebody reads what another keeps for themself":             r.kind == access.KindReflection && !public && (!person || r.grant != access.Self || !slices.Contains(r.role, access.Clinician)),
			"a client does what clinicians do":                           person && slices.Equal(r.role, []access.Grant{access.Client}) && r.grant == "" && r.kind == access.KindClient,
			"who treats without being a clinician any more goes on":      person && r.grant == access.Treats && len(r.role) == 0 && !public,
			"who supervises without being a clinician any more goes on":  person && r.grant == access.Supervises && len(r.role) == 0 && !public,
			"who broke the glass, and is no clinician any more, goes on": person && r.grant == access.Emergency && len(r.role) == 0 && !public,
		} {
			if broken {
				t.Errorf("%s: %s %v %s, %s on %s", rule, r.actor.ID, r.role, r.grant, r.action, r.kind)
			}
		}
		if person && (r.grant == access.Supervises || r.grant == access.Emergency) {
			// What it adds to the same question without the grant must change nothing.
			if changes && !asks(t, w.Door, r.actor, r.action, r.kind, nil, r.role) {
				t.Errorf("%s changes something: %s on %s", r.grant, r.action, r.kind)
			}
		}
	}
	if yes < 100 {
		t.Errorf("only %d questions were answered with yes: the matrix is not what it was", yes)
	}
}

// TestGrantsOnlyAdd checks that two grants together allow what one of the two
// does, so that asking about one at a time has asked everything.
func TestGrantsOnlyAdd(t *testing.T) {
	w := waytest.In(t, t.TempDir())
	onlyAdds(t)
	actor := actors()[0]
	for _, role := range roles {
		for _, kind := range kinds {
			for _, action := range access.Actions() {
				if !asks(t, w.Door, actor, action, kind, grants[1:], role) {
					continue
				}
				alone := map[access.Grant]bool{}
				for _, a := range grants[1:] {
					alone[a] = asks(t, w.Door, actor, action, kind, held(a), role)
				}
				for i, a := range grants[1:] {
					for _, b := range grants[i+2:] {
						one := alone[a] || alone[b]
						if both := asks(t, w.Door, actor, action, kind, []access.Grant{a, b}, role); both != one {
							t.Errorf("%v with %s and %s: %s on %s", role, a, b, action, kind)
						}
					}
				}
			}
		}
	}
}

func TestThePolicySpeaksOnlyOfActionsThatThereAre(t *testing.T) {
	for _, m := range regexp.MustCompile(`Action::"([^"]*)"`).FindAllStringSubmatch(access.PolicyText(), -1) {
		if !slices.Contains(access.Actions(), access.Action(m[1])) {
			t.Errorf("there is no action %q", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`Record::"([^"]*)"`).FindAllStringSubmatch(access.PolicyText(), -1) {
		if !slices.Contains(kinds, m[1]) {
			t.Errorf("there is no kind of record %q", m[1])
		}
	}
}
