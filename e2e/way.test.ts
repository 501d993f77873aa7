// The path: ways of 3, of 30 and of 300 sessions, on a phone and at a desk, by day and at dusk, on paper, and read as a
// story; and what a client wrote, coming up again when they ask for it.

import { strict as assert } from 'node:assert'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { browser, fitsItsWidth, noSeriousAxe, screen } from './browser.ts'
import { as, press, reads, sees, to, words } from './people.ts'
import { world, type Link } from './world.ts'

const practice = world()
const ways = world('--fixture', 'ways')
const chromium = browser()

/** Whose way it is, as the screenshots call it, and how its first sentence begins. */
const walkers = (): [string, Link, RegExp][] => [
  ['way-3', ways.link('client', 'Ines Vogt'), /^Three sessions since/],
  ['way-30', practice.link('client', 'Nora Whitfield'), /^Thirty-\w+ sessions since .*, two detours and one rest\. You came back each time\.$/],
  ['way-300', ways.link('client', 'Viktor Lange'), /^300 sessions since .*, six detours and seven rests\. You came back each time\.$/],
]

/**
 * What the picture itself must hold, measured in the browser and with its own letters: no words over other words, across
 * the way or beyond the edge. On a clearing they lie over the way.
 */
async function wordsHaveRoom(page: Page): Promise<void> {
  const wrong = await page.evaluate(() => {
    const svg = document.querySelector<SVGSVGElement>('.way-fig .way')
    if (!svg) return ['there is no picture']
    const said: string[] = []
    const view = svg.viewBox.baseVal
    const boxes = [...svg.querySelectorAll('text')].map((text) => ({ text, box: text.getBBox(), free: text.classList.contains('halo-text') }))
    // Where the way goes does not depend on the words: every bed is followed once, for all of them.
    const beds = [...svg.querySelectorAll<SVGPathElement>('.bed, .turn')].map((bed) => {
      const points: { x: number; y: number }[] = []
      for (let far = 0, end = bed.getTotalLength(); far <= end; far += 4) {
        const { x, y } = bed.getPointAtLength(far)
        points.push({ x, y })
      }
      return points
    })
    for (const [i, { text, box, free }] of boxes.entries()) {
      const name = text.textContent ?? ''
      if (box.x < view.x || box.y < view.y || box.x + box.width > view.x + view.width || box.y + box.height > view.y + view.height)
        said.push(`${name} lies beyond the edge`)
      for (const other of boxes.slice(i + 1)) {
        const o = other.box
        // The boxes of letters are higher than the letters: three units of each are room.
        if (box.x < o.x + o.width && o.x < box.x + box.width && box.y + 3 < o.y + o.height - 3 && o.y + 3 < box.y + box.height - 3)
          said.push(`${name} lies over ${other.text.textContent}`)
      }
      if (!free) continue
      for (const bed of beds) {
        const across = bed.some((at) => {
          const x = Math.min(Math.max(at.x, box.x), box.x + box.width)
          const y = Math.min(Math.max(at.y, box.y + 3), box.y + box.height - 3)
          return Math.hypot(at.x - x, at.y - y) < 12
        })
        if (across) said.push(`${name} lies across the way`)
      }
    }
    return said
  })
  assert.deepEqual(wrong, [])
}

/** How many sheets it takes on paper. */
async function sheets(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true })
  return pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0
}

/** The titles of the story, in the order of the source. */
function titles(page: Page): Promise<string[]> {
  return page.locator('.tales > .tale > li > h3').allTextContents()
}

for (const dark of [false, true]) {
  test(`ways of 3, 30 and 300 sessions are drawn and told on a phone and at a desk${dark ? ', at dusk' : ''}`, async () => {
    for (const [name, who, lead] of walkers()) {
      for (const page of [await chromium.asPhone({ dark }), await chromium.asDesk({ dark })]) {
        await as(page, who)
        await press(page, 'The way')
        await sees(page, 'The way so far')
        assert.match((await page.locator('main > .lead').innerText()).replaceAll('\n', ' '), lead)
        await fitsItsWidth(page)
        await wordsHaveRoom(page)
        await noSeriousAxe(page, dark)
        assert.doesNotMatch(await words(page), /%|percent|deadline|overdue/i)
        await screen(page, name, true)
      }
    }
  })
}

test('each way fits one sheet of paper, for the client and for whoever treats them', async () => {
  for (const [, who] of walkers()) {
    const page = await as(await chromium.asDesk(), who)
    await to(page, '/my/way')
    assert.equal(await sheets(page), 1, who.name)
  }
  for (const [place, name] of [[practice, 'Nora Whitfield'], [ways, 'Viktor Lange']] as const) {
    const page = await as(await chromium.asDesk(), place.link('clinician', 'Miriam Adler'))
    await press(page, 'Clients')
    await press(page, name)
    await page.getByRole('main').getByRole('link', { name: 'The way', exact: true }).first().click()
    await reads(page, 'The same way, in words')
    assert.equal(await sheets(page), 1, `${name} at a desk`)
    await noSeriousAxe(page)
    await wordsHaveRoom(page)
    await screen(page, `way-of-${name.split(' ')[0]?.toLowerCase()}`, true)
  }
})

test('the way is read as a story from the beginning, and the picture names it', async () => {
  const page = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await to(page, '/my/way')
  const tree = await page.getByRole('main').ariaSnapshot()
  assert.match(tree, /img "Your way so far, drawn as a winding path\. The same story follows as a list\."/)
  const story = tree.slice(tree.indexOf('The way, from the beginning'))
  let at = -1
  for (const told of ['You came in', 'agreed by both', 'A detour: Dad in hospital', 'A clearing', 'A detour: The old worry', 'You are here']) {
    const next = story.indexOf(told)
    assert.ok(next > at, `"${told}" is not read after what came before it:\n${story}`)
    at = next
  }
  assert.match(story, /sessions 1\d to 1\d/)
  assert.doesNotMatch(tree, /text: You are here.*\n.*text: .*open from here/) // the picture's own words are not read twice
  assert.equal((await titles(page)).at(-1), 'You are here')

  // At a desk it is shown in the picture's direction, and read in the same order as ever.
  const desk = await as(await chromium.asDesk(), practice.link('client', 'Nora Whitfield'))
  await to(desk, '/my/way')
  assert.deepEqual(await titles(desk), await titles(page))
  const [first, last] = [desk.locator('.tales > .tale > li').first(), desk.locator('.tales > .tale > li').last()]
  assert.ok(((await first.boundingBox())?.y ?? 0) > ((await last.boundingBox())?.y ?? 0), 'now is not at the top')
})

test('what is long ago is folded by year, and opens', async () => {
  const page = await as(await chromium.asPhone(), ways.link('client', 'Viktor Lange'))
  await to(page, '/my/way')
  assert.equal(await page.locator('.way-fig .step').count(), 40)
  const year = page.locator('.chapter summary').first()
  assert.match(await year.innerText(), /^20\d\d, sessions 1 to \d+/)
  await year.tap()
  await page.locator('.chapter').first().getByText('You came in').waitFor()
  await fitsItsWidth(page)
})

test('a light is set, and stands on the way of whoever may see it', async () => {
  const phone = await as(await chromium.asPhone(), ways.link('client', 'Ines Vogt'))
  await to(phone, '/my/way')
  await press(phone, 'Set a light')
  await phone.getByLabel('One line, if you like').fill('The window was open')
  await phone.getByRole('checkbox', { name: /Just for me/ }).check()
  await press(phone, 'Safety')
  await to(phone, '/my/way')
  await reads(phone, 'For you alone.')
  const desk = await as(await chromium.asDesk(), ways.link('clinician', 'Miriam Adler'))
  await press(desk, 'Clients')
  await press(desk, 'Ines Vogt')
  await desk.getByRole('main').getByRole('link', { name: 'The way', exact: true }).first().click()
  await reads(desk, 'The same way, in words')
  assert.doesNotMatch(await words(desk), /The window was open/)
})

test('something that one wrote then comes up when one asks, one at a time', async () => {
  const phone = await as(await chromium.asPhone(), practice.link('client', 'Nora Whitfield'))
  await to(phone, '/my/way')
  await press(phone, 'Show me something I wrote then')
  await sees(phone, 'Something you wrote then')
  await noSeriousAxe(phone)
  const first = await phone.locator('blockquote').innerText()
  await press(phone, 'Another one')
  await phone.waitForURL(/n=/)
  assert.notEqual(await phone.locator('blockquote').innerText(), first)
  assert.equal(await phone.locator('blockquote').count(), 1)
  await press(phone, 'Back to the way')
  await sees(phone, 'The way so far')
})
