import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";

import { answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, aMessage, aTemplate } from "@/test/samples";

import { Composer } from "./Composer";

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
});

const directions = aTemplate("We are at 41 Mission Street.", { id: "t1", name: "Directions" });
const invoice = aTemplate("Invoice {{number}} is ready.", {
  id: "t2",
  name: "Invoice",
  variables: [{ name: "number" }],
});
const preview = (body: string, missing: string[] = []) => ({
  variants: [{ name: "A", body, segments: 1, encoding: "GSM-7", missing, unknown: [], unfit: [] }],
});

function draw(previewed: unknown) {
  const answers = answerByPath({
    "GET /api/templates": { items: [directions, invoice] },
    "POST /api/templates/preview": previewed,
    "POST /api/messages": aMessage({ id: "m2", direction: "outbound", state: "queued" }),
  });
  renderSignedIn(<Composer conversation={aConversation()} lastMessage={undefined} onSent={vi.fn()} />);
  return answers;
}
const field = (): HTMLTextAreaElement => screen.getByRole("textbox", { name: "Reply to Ana" });

test("a slash opens the templates; Enter takes one instead of sending, and it is sent as that template", async () => {
  const { to } = draw(preview("We are at 41 Mission Street."));
  await userEvent.type(field(), "/dir");
  expect(await screen.findAllByRole("option")).toHaveLength(1);
  await userEvent.type(field(), "{Enter}");
  await waitFor(() => expect(field().value).toBe("We are at 41 Mission Street."));
  await userEvent.type(field(), "{Control>}{Enter}{/Control}");
  await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
  expect(await to("POST /api/messages")[0]?.json()).toEqual({
    conversation_id: "v1",
    line_id: "l1",
    template_id: "t1",
    variables: {},
  });
});

test("a text that was changed after all is sent as it stands", async () => {
  const { to } = draw(preview("We are at 41 Mission Street."));
  await userEvent.type(field(), "/dir");
  await userEvent.click(await screen.findByRole("option"));
  await waitFor(() => expect(field().value).not.toBe("/dir"));
  await userEvent.type(field(), " See you{Control>}{Enter}{/Control}");
  await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
  expect(await to("POST /api/messages")[0]?.json()).toMatchObject({
    body: "We are at 41 Mission Street. See you",
  });
});

test("what a template needs and nobody knows is asked for", async () => {
  draw(preview("Invoice {{number}} is ready.", ["number"]));
  await userEvent.type(field(), "/inv");
  await userEvent.click(await screen.findByRole("option"));
  expect(await screen.findByRole("textbox", { name: "number" })).toBeDefined();
  expect(screen.getByRole("button", { name: "Insert" })).toHaveProperty("disabled", true);
});

test("Escape closes the list and leaves the text alone", async () => {
  draw(preview(""));
  await userEvent.type(field(), "/dir");
  await screen.findByRole("option");
  await userEvent.type(field(), "{Escape}");
  expect(screen.queryByRole("option")).toBeNull();
  expect(field().value).toBe("/dir");
});
