// Reads the events of `go test -json` and prints what `go test` would have printed: nothing for a test that passes,
// everything for one that fails, one line for each package. The last argument names a file that receives
// "PASSED FAILED", with every test and subtest counted once. Exits with 1 if anything failed.
import { createInterface } from 'node:readline'
import { writeFileSync } from 'node:fs'

const said = new Map() // package and test -> what it has printed so far
let passed = 0
let failed = 0

const noise = (line) => /^(=== (RUN|PAUSE|CONT|NAME)|PASS$|coverage:)/.test(line)

for await (const line of createInterface({ input: process.stdin })) {
  let event
  try {
    event = JSON.parse(line)
  } catch {
    console.log(line)
    continue
  }
  const name = event.Test ? `${event.Package} ${event.Test}` : event.Package
  switch (event.Action) {
    case 'build-output':
      process.stdout.write(event.Output)
      break
    case 'output':
      if (event.Test) said.set(name, (said.get(name) ?? '') + (noise(event.Output.trimEnd()) ? '' : event.Output))
      else if (!noise(event.Output.trimEnd())) process.stdout.write(event.Output)
      break
    case 'pass':
      if (event.Test) passed++
      said.delete(name)
      break
    case 'skip':
      said.delete(name)
      break
    case 'fail':
      // A package fails because of its tests; alone it counts only if it failed without one (it did not build, it panicked).
      if (event.Test) failed++
      else if (![...said.keys()].some((key) => key.startsWith(name + ' ') && said.get(key) === 'told')) failed++
      if (event.Test) {
        process.stdout.write(said.get(name) ?? '')
        said.set(name, 'told')
      } else {
        // A test that was cut short never reports its end: what it printed is told here.
        for (const [key, text] of said) {
          if (key.startsWith(name + ' ') && text !== 'told') process.stdout.write(text)
          if (key.startsWith(name + ' ')) said.delete(key)
        }
      }
      break
  }
}

if (process.argv[2]) writeFileSync(process.argv[2], `${passed} ${failed}\n`)
process.exit(failed > 0 ? 1 : 0)
