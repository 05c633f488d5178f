import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Template } from "@/api/types";
import { answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, aMessage } from "@/test/samples";

import { Composer } from "./Composer";

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  }));
});
afterEach(() => vi.unstubAllGlobals());

const template = (id: string, name: string, body: string, more: Partial<Template> = {}): Template => ({
  id,
  name,
  purpose: "reply",
  version: 1,
  variants: [{ name: "A", weight: 1, bodies: { "*": body } }],
  variables: [],
  archived: false,
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-01T00:00:00Z",
  ...more,
});
const directions = template("t1", "Directions", "We are at 41 Mission Street.");
const invoice = template("t2", "Invoice", "Invoice {{number}} is ready.", {
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
