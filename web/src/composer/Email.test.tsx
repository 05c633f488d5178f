import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { Line, Way } from "@/api/types";
import { linesQuery } from "@/settings/lines";
import { aLine, answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, anEmail } from "@/test/samples";

import { Composer } from "./Composer";

const mail: Line = { ...aLine, id: "l2", name: "Front desk", channel: "email", address: "team@example.com" };
const way = (line: Line, over: Partial<Way> = {}): Way => ({
  line,
  is_default: line.id === mail.id,
  reaches: true,
  by_template: false,
  ...over,
});
const { contact, ...conversation } = aConversation();
const reached = { ...conversation, contact: { ...contact, email: "ana@example.net" } };
const accepted = anEmail({ id: "m2", direction: "outbound", state: "queued", body: "It is." });

/** Ana can be reached by text and by email, and wrote by email last. */
async function draw(lastSubject?: string) {
  const { to } = answerByPath({
    "GET /api/conversations/v1/ways": { items: [way(aLine), way(mail)] },
    "POST /api/messages": accepted,
  });
  const { client, live } = renderSignedIn(
    <Composer
      conversation={reached}
      lastMessage={undefined}
      lastSubject={lastSubject}
      onSent={() => undefined}
    />,
  );
  client.setQueryData(linesQuery.queryKey, [aLine, mail]);
  await screen.findByRole("button", { name: "Send email from Front desk" });
  const posted = async (): Promise<unknown> => {
    await waitFor(() => expect(to("POST /api/messages")).toHaveLength(1));
    return to("POST /api/messages")[0]?.json();
  };
  return { live, posted };
}

const text = (): HTMLElement => screen.getByRole("textbox", { name: "Reply to Ana" });

test("an answer keeps its subject, and the server need not be told", async () => {
  const { posted } = await draw("AW: Your invoice");
  expect(screen.getByRole("button", { name: /^Change the subject/ }).textContent).toContain(
    "Re: Your invoice",
  );
  await userEvent.type(text(), "It is.{Control>}{Enter}{/Control}");
  expect(await posted()).toEqual({ conversation_id: "v1", body: "It is.", line_id: "l2" });
});

test("letters are not cut into segments", async () => {
  await draw("Your invoice");
  await userEvent.click(text());
  await userEvent.paste("’".repeat(2000));
  expect(screen.getByRole("button", { name: "Send email from Front desk" })).toHaveProperty(
    "disabled",
    false,
  );
  expect(screen.queryByText(/segment|left$/)).toBeNull();
});

test("another subject is told, and stays when one looks elsewhere", async () => {
  const { posted } = await draw("Your invoice");
  await userEvent.click(screen.getByRole("button", { name: /^Change the subject/ }));
  const subject = screen.getByRole("textbox", { name: "Subject" });
  await userEvent.clear(subject);
  await userEvent.type(subject, "Our new address");
  await userEvent.type(text(), "We have moved.");
  expect(screen.getByRole("textbox", { name: "Subject" })).toHaveProperty("value", "Our new address");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  expect(await posted()).toMatchObject({ subject: "Our new address", body: "We have moved." });
});

test("a first email is not sent without a subject", async () => {
  const { posted } = await draw();
  await userEvent.type(text(), "Welcome");
  expect(screen.getByRole("button", { name: "Send email from Front desk" })).toHaveProperty("disabled", true);
  await userEvent.type(screen.getByRole("textbox", { name: "Subject" }), "Your first visit");
  await userEvent.click(screen.getByRole("button", { name: "Send email from Front desk" }));
  expect(await posted()).toMatchObject({ subject: "Your first visit" });
});
