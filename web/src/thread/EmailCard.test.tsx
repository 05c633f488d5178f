import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import type { Message } from "@/api/types";
import { answerByPath, renderSignedIn } from "@/test/render";
import { aConversation, anEmail } from "@/test/samples";

import { EmailCard } from "./EmailCard";

const { contact } = aConversation();
const inFull = { subject: "Your invoice", message_id: null, has_html: true };

function draw(message: Message, subject?: string) {
  if (!message.email) throw new Error("This is for emails.");
  renderSignedIn(<EmailCard message={message} email={message.email} contact={contact} subject={subject} />);
}

test("it says who wrote, and the subject only where it is told to", () => {
  draw(anEmail({ body: "Is it paid?" }));
  const card = screen.getByRole("article", { name: /^Email from Ana/ });
  expect(card.textContent).toContain("ana@example.net");
  expect(card.textContent).toContain("Is it paid?");
  expect(screen.queryByText("Your invoice")).toBeNull();
});

test("an empty subject is said too", () => {
  draw(anEmail({}, { subject: "" }), "");
  expect(screen.getByRole("heading").textContent).toContain("No subject");
});

test("mail that no person wrote is marked", () => {
  draw(anEmail({}, { automatic: true }));
  expect(screen.getByText("Sent automatically, not by a person")).toBeDefined();
});

test("a long email shows its beginning until all of it is wanted", async () => {
  draw(anEmail({ body: `${"A line\n".repeat(60)}The end` }));
  expect(screen.queryByText(/The end/)).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Show all" }));
  expect(screen.getByText(/The end/)).toBeDefined();
});

test("what it repeats is fetched when somebody wants it", async () => {
  const { to } = answerByPath({
    "GET /api/messages/m1/email": { ...inFull, quoted: "> earlier words", has_remote_images: false },
  });
  draw(anEmail({}, { has_quoted: true }));
  expect(to("GET /api/messages/m1/email")).toHaveLength(0);
  await userEvent.click(screen.getByRole("button", { name: "Show what it repeats" }));
  expect(await screen.findByText("> earlier words")).toBeDefined();
});

test("the layout is shown in a frame without rights, and images only when asked for", async () => {
  HTMLDialogElement.prototype.showModal = function showModal() {
    this.open = true;
  };
  answerByPath({
    "GET /api/messages/m1/email": { ...inFull, quoted: "", has_remote_images: true },
  });
  draw(anEmail({}, { has_html: true }));
  await userEvent.click(screen.getByRole("button", { name: "As it was laid out" }));
  const frame = await screen.findByTitle("Your invoice, as it was laid out");
  expect(frame.getAttribute("src")).toBe("/api/messages/m1/html");
  expect(frame.getAttribute("sandbox")).not.toMatch(/script|same-origin/);
  await userEvent.click(await screen.findByRole("button", { name: "Show images" }));
  expect(frame.getAttribute("src")).toBe("/api/messages/m1/html?images=true");
});
