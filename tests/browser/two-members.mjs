// Two members have the same thread open. One answers; the other, who has not seen it, is shown what was said and keeps what they wrote.
import { DESKTOP, assert, play, until } from './lib/stage.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

await play('two-members', async (stage) => {
  const [shop, desk, other] = [await stage.window('visitor'), await stage.window('dana', DESKTOP), await stage.window('eli', DESKTOP)];
  const dana = await Member.on(desk);
  const colleague = await stage.step('a colleague is added', () => dana.adds('Eli Example', 'eli@demo.example.org'));
  const eli = await Member.on(other, colleague);
  const visitor = await Visitor.on(shop);
  await stage.step('both open the thread', async () => {
    await visitor.opens();
    await visitor.presses('Talk to a person');
    for (const member of [dana, eli]) {
      await member.view('Needs a person');
      await member.opensFirst();
    }
  });
  await stage.step('one answers while the other hears nothing', async () => {
    await other.getByLabel('Reply to the visitor').fill('Eli would answer this.');
    await other.route('**/v1/inbox/stream*', (route) => route.abort());
    await other.context().setOffline(true);
    await dana.replies('Dana answers first.');
    await visitor.reads('Dana answers first.');
    await other.context().setOffline(false);
  });
  await stage.step('the other is told, sees it, and keeps the draft', async () => {
    await other.getByRole('button', { name: 'Send', exact: true }).click();
    await other.getByRole('alert').first().waitFor();
    await eli.reads('Dana answers first.');
    await until('the draft is kept', async () => (await other.getByLabel('Reply to the visitor').inputValue()).includes('Eli would answer this.'));
    assert(!(await visitor.thread()).join('\n').includes('Eli would answer'), 'the visitor saw the second answer');
    await stage.look(other, 'thread-moved');
  });
  await stage.step('sent again it arrives', async () => {
    await other.unroute('**/v1/inbox/stream*');
    await other.getByRole('button', { name: 'Send', exact: true }).click();
    await visitor.reads('Eli would answer this.');
    await dana.reads('Eli would answer this.');
  });
});
