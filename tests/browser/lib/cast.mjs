// Where the suite is and who plays, from the environment. Must not know any scenario.

const given = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this through the test harness`);
  return value;
};

export const cast = {
  /** Such as http://127.0.0.1:8080. */
  base: given('BATON_BASE'),
  widgetKey: given('BATON_WIDGET_KEY'),
  workspace: given('BATON_WORKSPACE'),
  email: given('BATON_EMAIL'),
  password: given('BATON_PASSWORD'),
  /** Screenshots and traces go here. */
  artefacts: given('BATON_ARTEFACTS'),
  chromium: given('BATON_TEST_CHROMIUM'),
};
