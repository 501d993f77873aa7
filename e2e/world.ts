// A practice at work for the journeys: `bin/waymark demo` in a folder of its own, on a port of its own, until the tests
// of the file are done.

import { strict as assert } from 'node:assert'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

/** One person of the practice and the link that signs them in. */
export interface Link {
  role: string
  name: string
  url: string
  id: string
  token?: string // lets a program in
}

/** What `waymark demo --json` prints. */
interface Printed {
  url: string
  public: string
  links: Link[]
}

const patience = 60_000 // milliseconds until a practice with months of sample data has to answer

/** A running demo. */
export class World {
  #process: ChildProcess | undefined
  #folder = ''
  #log = ''
  #printed: Printed | undefined
  #trouble: Error | undefined

  /** The address of the practice, without a slash at its end. */
  get url(): string {
    return this.#now().url.replace(/\/$/, '')
  }

  /** The page that anyone can see. */
  get publicPage(): string {
    return this.#now().public
  }

  get links(): Link[] {
    return this.#now().links
  }

  /** Everything the server has said so far. */
  get log(): string {
    return this.#log
  }

  /** The folder with the data of the practice; its letters lie in mail. */
  get data(): string {
    return join(this.#folder, 'data')
  }

  /** The link of the first person in a role, or of the one with this name. */
  link(role: string, name?: string): Link {
    const found = this.links.find((link) => link.role === role && (!name || link.name === name))
    assert.ok(found, `the demo has nobody as ${role} ${name ?? ''}: ${this.links.map((link) => `${link.role} ${link.name}`).join(', ')}`)
    return found
  }

  /**
   * Starts the demo; more arguments (such as --fixture matrix) may follow. What goes wrong is told to the first test that
   * asks for anything: a hook that fails would leave the hooks that clean up undone.
   */
  async start(...more: string[]): Promise<void> {
    await this.#start(more).catch((error: Error) => (this.#trouble = error))
  }

  async #start(more: string[]): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'waymark-e2e-'))
    const child = spawn('bin/waymark', ['demo', '--listen', '127.0.0.1:0', '--data', join(this.#folder, 'data'), '--json', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    let printed = ''
    let trouble: Error | undefined
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
    child.on('error', (error) => (trouble = error))

    const until = Date.now() + patience
    for (;;) {
      if (trouble) throw trouble
      assert.ok(child.exitCode === null && child.signalCode === null, `the demo ended by itself:\n${printed}${this.#log}`)
      assert.ok(Date.now() < until, `the demo was not ready after ${patience / 1000} s:\n${printed}${this.#log}`)
      this.#printed ??= parsed(printed)
      if (this.#printed && (await answers(this.#printed.url.replace(/\/$/, '') + '/readyz'))) return
      await sleep(50)
    }
  }

  /** The server ends in the middle of whatever it was doing, as in a power cut. */
  async crash(): Promise<void> {
    const gone = new Promise((resolve) => this.#process?.once('exit', resolve))
    this.#process?.kill('SIGKILL')
    await gone
  }

  /** The same practice is served again at the same address, as it would be after a power cut. Links are no good now. */
  async restart(): Promise<void> {
    const child = spawn('bin/waymark', ['serve', '--data', this.data, '--listen', `127.0.0.1:${new URL(this.url).port}`, '--origin', this.url], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text))
    for (const until = Date.now() + patience; !(await answers(this.url + '/readyz')); await sleep(50)) {
      assert.ok(child.exitCode === null && Date.now() < until, `the practice did not come back:\n${this.#log}`)
    }
  }

  /** Ends the demo as an operator would, or hard if it does not follow, and removes its data. */
  async stop(): Promise<void> {
    const child = this.#process
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const hard = setTimeout(() => child.kill('SIGKILL'), 5000)
      await gone
      clearTimeout(hard)
    }
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true })
  }

  #now(): Printed {
    if (this.#trouble) throw this.#trouble
    assert.ok(this.#printed, 'the demo is not running: call world() at the top of the file')
    return this.#printed
  }
}

/** The practice of a test file: started before its tests and stopped after them. */
export function world(...more: string[]): World {
  const it = new World()
  before(() => it.start(...more))
  after(() => it.stop())
  return it
}

function parsed(text: string): Printed | undefined {
  try {
    return JSON.parse(text) as Printed
  } catch {
    return undefined // not all of it is there yet
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
