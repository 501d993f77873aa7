// Walks the journeys: node script/journeys.mjs COUNT FILE...
//
// Two files at a time, the longest first, so that none is left to go alone at the end. A file in which something failed
// is walked once more, alone: on a busy machine a browser can be late by itself, and one such moment among thousands
// must not refuse a change. What fails twice has failed. What passes only the second time is named at the end, and wants
// to be looked at: it is a race, of the journey or of the product. COUNT receives "PASSED FAILED".
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const [count, ...given] = process.argv.slice(2)

/** The files that take longest, beginning with the worst: all that take more than 20 seconds where two are walked at a time. */
const long = `comfort way away notes journal enquiry plan booking minute nobody-else not-lost kept calendar intake vault public archive
  goals practice takeout`.split(/\s+/)
const place = (file) => {
  const at = long.indexOf(basename(file, '.test.js'))
  return at < 0 ? long.length : at
}
const files = given.toSorted((a, b) => place(a) - place(b))

/** Walks some files. Says how many journeys passed and failed in each, by the file's name. */
async function walk(some, concurrency) {
  const came = new Map(some.map((file) => [basename(file, '.js'), { passed: 0, failed: 0 }]))
  const events = run({ files: some, concurrency, timeout: 1_500_000 })
  const of = (test) => came.get(basename(test.file ?? test.name, test.file?.endsWith('.ts') ? '.ts' : '.js'))
  let stray = 0 // what nobody can say the file of has failed all the same
  events.on('test:pass', (test) => {
    const in_ = of(test)
    if (in_ && test.nesting === 0) in_.passed++
  })
  events.on('test:fail', (test) => {
    const in_ = of(test)
    if (in_) in_.failed++
    else stray++
  })
  const said = events.compose(new spec())
  said.pipe(process.stdout, { end: false })
  await new Promise((resolve, reject) => said.on('end', resolve).on('error', reject))
  return { came, stray }
}

const first = await walk(files, 2)
const again = files.filter((file) => first.came.get(basename(file, '.js')).failed > 0)
let second = { came: new Map(), stray: 0 }
if (again.length > 0 && again.length <= 5) {
  console.log(`\nwalked once more: ${again.map((file) => basename(file, '.test.js')).join(', ')}`)
  second = await walk(again, 1)
}
let passed = 0
let failed = first.stray + second.stray
const late = []
for (const [name, one] of first.came) {
  const last = second.came.get(name) ?? one
  passed += last.passed
  failed += last.failed
  if (one.failed > 0 && last.failed === 0) late.push(name.replace(/\.test$/, ''))
}
if (late.length > 0) console.log(`\nPASSED ONLY THE SECOND TIME, look at: ${late.join(', ')}`)
writeFileSync(count, `${passed} ${failed}\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
