// Nobody is at work. The visitor is asked for an address and leaves it, takes the wish back and wishes again, leaves; the answer comes by
// mail, and the mail's links lead where they say: back into the conversation, and out of such mails, which looking alone never does.
import { PHONE, assert, play, until } from './lib/stage.mjs';
import { cast } from './lib/cast.mjs';
import { Guest } from './lib/guest.mjs';
import { Member } from './lib/member.mjs';
import { Visitor } from './lib/visitor.mjs';

const ADDRESS = 'vera@example.org';
const at = (path) => `${cast.base}${path}`;

/** Opens the newest of the demo's mails with this in its subject. */
async function opensMail(page, subject) {
  const mail = page.getByRole('link', { name: subject }).first();
  await until(`a mail about ${subject}`, async () => {
    await page.goto(at('/demo/mails'));
    return mail.isVisible();
  });
  await mail.click();
  await page.getByRole('heading', { name: 'As text' }).waitFor();
}

const linkIn = (page, path) => page.locator(`.text a[href*="${path}"]`).first().getAttribute('href');

const mailsAbout = async (member, kind) => {
  const { preferences } = await member.asks('GET', 'notification-preferences');
  return preferences.find((one) => one.kind === kind).email;
};

await play('away', async (stage) => {
  const [shop, desk, post] = [await stage.window('visitor', PHONE), await stage.window('member'), await stage.window('mailbox')];
  const member = await Member.on(desk);
  await stage.step('nobody has written a mail yet', async () => {
    await post.goto(at('/demo/mails'));
    await post.getByText('No mail yet').waitFor();
    await stage.look(post, 'mails-none');
  });
  await stage.step('the office is closed', async () => {
    const { etag } = await member.asks('GET', 'office-hours');
    await member.asks('PUT', 'office-hours', { time_zone: 'Etc/UTC', week: [], language: 'en' }, etag);
  });
  const visitor = await Visitor.on(shop);
  const { frame } = await stage.step('a visitor wishes for a person, and is asked for an address', async () => {
    await visitor.opens();
    await visitor.presses('Talk to a person');
    await visitor.reads('Leave your e-mail address');
    await visitor.fits();
    await stage.look(shop, 'address-wanted');
    await stage.lookInTheDark(shop, 'address-wanted');
    return visitor;
  });
  await stage.step('what is no address is refused', async () => {
    await frame.getByLabel('E-mail address').fill('vera at home');
    await visitor.presses('Leave address');
    await visitor.reads('Please enter a valid e-mail address.');
    await stage.look(shop, 'address-refused');
  });
  await stage.step('the address is left', async () => {
    await frame.getByLabel('E-mail address').fill(ADDRESS);
    await visitor.presses('Leave address');
    await visitor.reads('Thank you. We will also answer to your e-mail address.');
    await stage.look(shop, 'address-left');
  });
  await stage.step('the wish is taken back', async () => {
    await visitor.presses('Back to the assistant');
    await visitor.reads('You are back with the assistant');
    await until('the first line says AI', async () => (await visitor.header()).includes('AI assistant'));
    await stage.look(shop, 'wish-taken-back');
    await visitor.says('What does shipping cost?');
    // The log has whole answers only; one that still grows would be cut short by what comes next.
    await frame.getByRole('log').getByText('Shipping within the country').waitFor();
  });
  await stage.step('wished for again, the address is known', async () => {
    await visitor.presses('Talk to a person');
    await frame.getByRole('region', { name: 'A person will answer' }).waitFor();
    assert((await frame.getByLabel('E-mail address').count()) === 0, 'the address is asked for again');
    await stage.look(shop, 'address-known');
  });
  await stage.step('the staff is told by mail', async () => {
    await opensMail(post, 'A person is needed');
    await stage.look(post, 'mail-to-staff');
    await stage.lookInTheDark(post, 'mail-to-staff');
  });
  await stage.step('looking at the link that ends such mails ends nothing', async () => {
    const link = await linkIn(post, '/unsubscribe/');
    for (let look = 1; look <= 2; look += 1) {
      await post.goto(link);
      await post.getByText('No longer be told by mail when a person is needed?').waitFor();
    }
    assert(await mailsAbout(member, 'handoff_requested'), 'a look at the page ended the mails');
    await stage.look(post, 'unsubscribe');
    await stage.lookInTheDark(post, 'unsubscribe');
    await post.setViewportSize(PHONE.viewport);
    await stage.look(post, 'unsubscribe-phone');
  });
  await stage.step('one press does', async () => {
    await post.getByRole('button', { name: 'Stop these mails' }).click();
    await post.getByText('No more mails of this kind').waitFor();
    assert(!(await mailsAbout(member, 'handoff_requested')), 'the mails go on');
    await stage.look(post, 'unsubscribed');
    await post.goto(at('/unsubscribe/nonsense'));
    await post.getByRole('heading', { name: 'Nothing here' }).waitFor();
    await stage.look(post, 'unsubscribe-nothing');
    await post.setViewportSize({ width: 1280, height: 800 });
  });
  await stage.step('the visitor leaves, and a member answers', async () => {
    await shop.goto('about:blank');
    await member.view('Needs a person');
    await member.opensFirst();
    await member.replies('Good morning, this is **Dana**. Your parcel is on its way.');
    await member.reads('Your parcel is on its way.');
  });
  const link = await stage.step('the answer comes by mail', async () => {
    await opensMail(post, 'has answered you');
    await post.getByText('Your parcel is on its way.').first().waitFor();
    await stage.look(post, 'mail-to-visitor');
    const inMail = await linkIn(post, '/widget/resume');
    await post.getByRole('link', { name: 'Mails' }).click();
    await post.getByRole('heading', { name: 'Mails', level: 1 }).waitFor();
    await stage.look(post, 'mails');
    await stage.lookInTheDark(post, 'mails');
    await post.setViewportSize(PHONE.viewport);
    await stage.look(post, 'mails-phone');
    await post.getByRole('link', { name: 'has answered you' }).first().click();
    await post.getByRole('heading', { name: 'As text' }).waitFor();
    await stage.look(post, 'mail-to-visitor-phone');
    return inMail;
  });
  for (const [size, name] of [[PHONE, 'phone'], [undefined, 'desktop']]) {
    await stage.step(`the mail's link opens the conversation, ${name}`, async () => {
      const elsewhere = await stage.window(`elsewhere-${name}`, size);
      await elsewhere.goto(link);
      const resumed = await Visitor.within(elsewhere);
      await resumed.reads('Your parcel is on its way.');
      assert(!elsewhere.url().includes('#'), 'the token stays in the address');
      await stage.look(elsewhere, `resumed-${name}`);
      await stage.lookInTheDark(elsewhere, `resumed-${name}`);
      if (name === 'phone') await resumed.fits();
      await resumed.says(`Thank you, from the ${name}!`);
      await member.reads(`Thank you, from the ${name}!`);
    });
  }
  await stage.step('a link that is none says so', async () => {
    const elsewhere = await stage.window('lost', PHONE);
    await elsewhere.goto(at('/widget/resume#nonsense'));
    await elsewhere.getByText('This link is no longer valid').waitFor();
    await stage.expects('Baton:');
    await stage.look(elsewhere, 'resumed-nothing');
  });
  await stage.step('where the assistant hands nothing over, a message is left', async () => {
    await member.changesAssistant({ handoff: { enabled: false } });
    const opensSession = () => new Guest().asks('session', { widget_key: cast.widgetKey });
    await until('new visitors are told', async () => (await opensSession()).handoff_enabled === false);
    const another = await stage.window('another', PHONE);
    const vic = await Visitor.on(another);
    await vic.opens();
    await stage.look(another, 'message-offered');
    await vic.presses('Leave a message');
    await vic.frame.getByRole('form', { name: 'Leave a message' }).waitFor();
    await stage.look(another, 'message-form');
    await stage.lookInTheDark(another, 'message-form');
    await vic.fits();
    await vic.presses('Leave message');
    await vic.reads('Please write your message.');
    await stage.look(another, 'message-refused');
    await vic.frame.getByLabel('Message', { exact: true }).fill('Do you still have the blue mug?');
    await vic.frame.getByLabel('E-mail address').fill('vic@example.org');
    await vic.presses('Leave message');
    await vic.reads('We will also answer to your e-mail address.');
    await stage.look(another, 'message-left');
  });
});
