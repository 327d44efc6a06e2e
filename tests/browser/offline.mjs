// A minute without network, first at the visitor's, then at the member's. What was written meanwhile on either side arrives once and in order.
import { DESKTOP, assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

const MINUTE = 60_000;
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

await play('offline', async (stage) => {
  const [shop, desk] = [await stage.window('visitor', DESKTOP), await stage.window('member', DESKTOP)];
  const member = await Member.on(desk);
  const visitor = await Visitor.on(shop);
  await stage.step('they talk', async () => {
    await visitor.opens();
    await visitor.presses('Talk to a person');
    await member.view('Needs a person');
    await member.opensFirst();
    await member.replies('m-before');
    await visitor.reads('m-before');
  });
  const expected = ['m-before'];
  for (const [who, page] of [['visitor', shop], ['member', desk]]) {
    await stage.step(`the ${who} is offline for a minute, and both go on writing`, async () => {
      await page.context().setOffline(true);
      const begun = performance.now();
      for (let n = 1; n <= 5; n += 1) {
        await visitor.says(`v-${who}-${n}`);
        await member.replies(`m-${who}-${n}`);
        expected.push(`v-${who}-${n}`, `m-${who}-${n}`);
        await pause(500);
      }
      await pause(MINUTE - (performance.now() - begun));
      await stage.look(page, `offline-${who}`);
      await page.context().setOffline(false);
    });
    await stage.step(`everything written meanwhile is on both sides, once`, async () => {
      const complete = (texts) => expected.every((text) => texts.filter((one) => one.trim() === text).length === 1);
      await until('complete', async () => complete(await visitor.thread()) && complete(await member.thread()), 45_000);
      // A late double would come within this.
      await pause(2_000);
      assert(complete(await visitor.thread()) && complete(await member.thread()), 'nothing came twice');
      const own = (texts, mark) => texts.map((text) => text.trim()).filter((text) => text.startsWith(mark));
      for (const mark of ['v-', 'm-']) {
        const written = expected.filter((text) => text.startsWith(mark)).join();
        assert(own(await visitor.thread(), mark).join() === written, `the visitor sees ${mark} in order`);
        assert(own(await member.thread(), mark).join() === written, `the member sees ${mark} in order`);
      }
    });
  }
});
