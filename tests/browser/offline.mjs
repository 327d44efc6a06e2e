// A minute without network, at a visitor's and, of another conversation, at a member's. What was written meanwhile on either side arrives
// once and in order. Both minutes are the same one: the two conversations have nothing in common.
import { DESKTOP, assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

const MINUTE = 60_000;
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A visitor and a member in a conversation of theirs. */
async function pair(stage, who) {
  const [shop, desk] = [await stage.window(`visitor-${who}`, DESKTOP), await stage.window(`member-${who}`, DESKTOP)];
  const member = await Member.on(desk);
  const visitor = await Visitor.on(shop);
  await visitor.opens();
  await visitor.presses('Talk to a person');
  await member.view('Needs a person');
  await member.opensFirst();
  await member.replies('m-before');
  await visitor.reads('m-before');
  return { visitor, member, written: ['m-before'] };
}

async function minuteWithout(stage, who, page, { visitor, member, written }) {
  await page.context().setOffline(true);
  const begun = performance.now();
  for (let n = 1; n <= 5; n += 1) {
    await visitor.says(`v-${who}-${n}`);
    await member.replies(`m-${who}-${n}`);
    written.push(`v-${who}-${n}`, `m-${who}-${n}`);
    await pause(500);
  }
  await pause(MINUTE - (performance.now() - begun));
  await stage.look(page, `offline-${who}`);
  await page.context().setOffline(false);
}

async function isWhole({ visitor, member, written }) {
  const complete = (texts) => written.every((text) => texts.filter((one) => one.trim() === text).length === 1);
  await until('complete', async () => complete(await visitor.thread()) && complete(await member.thread()), 45_000);
  // A late double would come within this.
  await pause(2_000);
  assert(complete(await visitor.thread()) && complete(await member.thread()), 'nothing came twice');
  const own = (texts, mark) => texts.map((text) => text.trim()).filter((text) => text.startsWith(mark)).join();
  for (const mark of ['v-', 'm-']) {
    const order = own(written, mark);
    assert(own(await visitor.thread(), mark) === order, `the visitor sees ${mark} in order`);
    assert(own(await member.thread(), mark) === order, `the member sees ${mark} in order`);
  }
}

await play('offline', async (stage) => {
  const first = await stage.step('a visitor and a member talk', () => pair(stage, 'first'));
  const second = await stage.step('and two others', () => pair(stage, 'second'));
  await stage.step('one of the visitors and one of the members are offline for a minute, and all go on writing', () => Promise.all([
    minuteWithout(stage, 'visitor', first.visitor.page, first), minuteWithout(stage, 'member', second.member.page, second),
  ]));
  await stage.step('everything written meanwhile is on both sides, once', () => Promise.all([isWhole(first), isWhole(second)]));
});
