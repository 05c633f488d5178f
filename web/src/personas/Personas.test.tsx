import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";

import type { ConversationPersona, Persona } from "@/api/types";
import { answerByPath, aUser, renderSignedIn } from "@/test/render";
import { aConversation } from "@/test/samples";
import { toasts } from "@/ui/toasts";

import { PersonaPanel } from "./PersonaPanel";
import { PersonasPage } from "./PersonasPage";

beforeEach(() => toasts.set([]));

const used = { answers: 2, tokens: 1840, micros: 920 };

const persona: Persona = {
  slug: "front-desk",
  state: "ready",
  name: "Robin",
  description: null,
  model: "small",
  lines: ["support"],
  tools: ["tag"],
  problems: [],
  used,
};

const list = (items: Persona[], enabled = true) => ({ enabled, currency: "USD", used, items });

const here = (over: Partial<ConversationPersona> = {}): ConversationPersona => ({
  mode: "answers",
  tags: [],
  used,
  runs: [
    {
      id: "r1",
      message_id: "m1",
      persona: "front-desk",
      model: "small",
      outcome: "answered",
      reply_id: "m2",
      prompt_tokens: 800,
      completion_tokens: 40,
      micros: 460,
      started_at: "2026-01-01T09:00:00Z",
    },
  ],
  ...over,
});

function panel(answer: ConversationPersona, all = list([persona]), user = aUser) {
  const answers = answerByPath({
    "GET /api/personas": all,
    "GET /api/conversations/v1/persona": answer,
    "PUT /api/conversations/v1/persona": here({ mode: "off", by: "Maya" }),
    "GET /api/contacts/c1/facts": {
      items: [{ id: "f1", text: "Has a dog", persona: "front-desk", at: "2026-01-01T09:00:00Z" }],
    },
    "DELETE /api/facts/f1": {},
    "POST /api/personas/front-desk/dry-run": {
      asked: "When do you open?",
      text: "We open at nine.",
      tags: ["hours"],
      facts: [],
      model: "small",
      tokens: 300,
      micros: 150,
    },
  });
  renderSignedIn(<PersonaPanel conversation={aConversation()} />, user);
  return answers;
}

test("taking over keeps personas out, and can be undone", async () => {
  const { to } = panel(here());
  expect(await screen.findByText("Personas answer here.")).toBeDefined();
  expect(screen.getByText(/2 answers · 1,840 tokens · \$0.00092/)).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Take over" }));
  expect(await screen.findByText("Only people answer here.")).toBeDefined();
  toasts.get()[0]?.action?.run();
  await waitFor(() => expect(to("PUT /api/conversations/v1/persona")).toHaveLength(2));
  const modes = await Promise.all(to("PUT /api/conversations/v1/persona").map((request) => request.json()));
  expect(modes).toEqual([{ mode: "off" }, { mode: "answers" }]);
});

test("a fact is forgotten only when that was asked for twice", async () => {
  const { to } = panel(here());
  expect(await screen.findByText("Has a dog")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Forget this" }));
  expect(to("DELETE /api/facts/f1")).toHaveLength(0);
  await userEvent.click(screen.getByRole("button", { name: "Forget for good" }));
  await waitFor(() => expect(to("DELETE /api/facts/f1")).toHaveLength(1));
});

test("it is tried on this conversation, and nothing but that is asked", async () => {
  const { to } = panel(here());
  await userEvent.click(await screen.findByRole("button", { name: "Try a persona here" }));
  await userEvent.click(await screen.findByRole("button", { name: "Try" }));
  expect(await screen.findByText("We open at nine.")).toBeDefined();
  expect(screen.getByText("When do you open?")).toBeDefined();
  expect(screen.getByText("Would tag: hours")).toBeDefined();
  expect(await to("POST /api/personas/front-desk/dry-run")[0]?.json()).toEqual({ conversation_id: "v1" });
});

test("a viewer sees who answers and changes nothing", async () => {
  panel(here({ mode: "handed_over", reason: "Wants a refund" }), list([persona]), {
    ...aUser,
    role: "viewer",
  });
  expect(await screen.findByText("Wants a refund")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("without personas there is nothing to see", async () => {
  const { to } = panel(here({ runs: [] }), list([], false));
  await waitFor(() => expect(to("GET /api/conversations/v1/persona")).toHaveLength(1));
  expect(screen.queryByRole("region", { name: "Personas" })).toBeNull();
});

test("the page says which file and field is wrong, and how to switch them on", async () => {
  const problems = [{ file: "persona.json", field: "limits", message: "is no object" }];
  answerByPath({
    "GET /api/personas": list([{ ...persona, state: "kept", problems }], false),
  });
  renderSignedIn(<PersonasPage />);
  expect(await screen.findByText("persona.json, limits")).toBeDefined();
  expect(screen.getByText("An edit broke it. It goes on as it was before.")).toBeDefined();
  expect(screen.getByText("personas.enabled = true")).toBeDefined();
  expect(screen.getByText("Support")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Try it" })).toBeNull();
});
