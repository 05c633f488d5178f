/** Every page of the app, and how to see that it is there with what belongs on it. */
import { expect, type Page } from "@playwright/test";

import { ARCHIVE, DOCUMENT, PICTURE } from "./files";
import { CARD } from "./mail";
import { openConversation } from "./office";
import { PICTURES, THANKS } from "./whatsapp";
import { FAILED, HELD, REFUSAL, SCHEDULED, TEMPLATE } from "./scenery";

export type AppPage = { name: string; open: (page: Page) => Promise<void> };

/** For visitors of an installation without an owner. */
export const SIGN_UP: AppPage = {
  name: "sign-up",
  open: (page) => arrive(page, "/sign-up", "heading", "Welcome to Trunkline"),
};

/** For visitors of an installation with an owner. */
export const SIGN_IN: AppPage = {
  name: "sign-in",
  open: (page) => arrive(page, "/sign-in", "button", "Sign in"),
};

/** Behind the sign-in, with the scenery of delivery: a conversation, and what waits, is held and did not arrive. */
export function pages(): AppPage[] {
  return [
    { name: "inbox", open: (page) => arrive(page, "/inbox", "link", FAILED) },
    { name: "thread", open: (page) => openConversation(page, FAILED) },
    { name: "thread-held", open: openHeld },
    { name: "schedule", open: openSchedule },
    { name: "files", open: openFiles },
    { name: "whatsapp", open: (page) => openConversation(page, THANKS) },
    { name: "approved-template", open: openApprovedTemplate },
    { name: "pictures", open: openPictures },
    { name: "lightbox", open: openLightbox },
    { name: "emails", open: openEmails },
    { name: "email-layout", open: openLayout },
    { name: "scheduled", open: (page) => arriveAtText(page, "/scheduled", SCHEDULED) },
    { name: "dead-letters", open: (page) => arriveAtText(page, "/dead-letters?group=all", FAILED) },
    { name: "templates", open: (page) => arrive(page, "/templates", "link", TEMPLATE) },
    { name: "template", open: openTemplate },
    { name: "operations", open: openOperations },
    { name: "webhooks", open: (page) => arrive(page, "/operations/webhooks", "link", "Text from") },
    { name: "webhook", open: openWebhook },
    { name: "errors", open: openErrors },
    { name: "contacts", open: (page) => arrive(page, "/contacts", "heading", "Contacts") },
    { name: "phone", open: (page) => arrive(page, "/phone", "region", "Phone of Amelia Okafor") },
    { name: "phone-mail", open: openPhoneMail },
    { name: "settings-appearance", open: (page) => settings(page, "Appearance") },
    { name: "settings-team", open: (page) => settings(page, "Team") },
    { name: "settings-lines", open: (page) => settings(page, "Lines") },
    { name: "line-provider", open: (page) => arrive(page, "/settings/lines/new", "button", "Twilio") },
    { name: "line-account", open: openLineAccount },
    { name: "line-webhooks", open: openLineWebhooks },
    { name: "line-test", open: openLineTest },
    { name: "line", open: openLine },
    { name: "settings-sending", open: (page) => arrive(page, "/settings/sending", "heading", "Quiet hours") },
    { name: "settings-sessions", open: (page) => settings(page, "Sessions") },
  ];
}

/** The numbers and the picture, with what failed among them. */
async function openOperations(page: Page): Promise<void> {
  await page.goto("/operations");
  await expect(page.getByRole("img", { name: /^Failed: [1-9]/ })).toBeVisible();
  await expect(page.getByText(/^As of/)).toBeVisible();
}

/** A webhook that failed, with its tries and its request. */
async function openWebhook(page: Page): Promise<void> {
  await page.goto("/operations/webhooks?state=failed");
  await page.getByRole("list", { name: "Webhooks" }).getByRole("link").first().click();
  await expect(page.getByRole("list", { name: "Failed tries" })).toContainText(REFUSAL);
}

/** Errors beside webhooks, and one of them with its causes. */
async function openErrors(page: Page): Promise<void> {
  await page.goto("/operations/errors");
  await expect(page.getByRole("img", { name: /^Errors: [1-9]/ })).toBeVisible();
  await page
    .getByRole("button", { name: new RegExp(`${REFUSAL}.*Reading a webhook`) })
    .first()
    .click();
  await expect(page.getByRole("link", { name: "Open the webhook" })).toBeVisible();
}

/** A message that is held, with its reason, at the end of its conversation. */
async function openHeld(page: Page): Promise<void> {
  await page.goto("/scheduled");
  await page.getByRole("listitem").filter({ hasText: HELD }).getByRole("link").first().click();
  await expect(page.getByRole("article", { name: /^Held message/ })).toContainText("quiet hours");
}

/** The times at which a reply may leave. */
async function openSchedule(page: Page): Promise<void> {
  await openConversation(page, FAILED);
  await page.getByLabel("Reply to").fill("We are looking forward to it.");
  await page.getByRole("button", { name: "Schedule", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Tomorrow morning/ })).toBeVisible();
}

/** A picture and a document about to be sent, and a file that the line does not take. */
async function openFiles(page: Page): Promise<void> {
  await openConversation(page, FAILED);
  await page.getByLabel("Files to attach").setInputFiles([PICTURE, DOCUMENT, ARCHIVE]);
  await expect(page.getByText(/does not take files like everything\.zip/)).toBeVisible();
  await expect(page.getByRole("list", { name: "Attached files" }).getByRole("progressbar")).toHaveCount(0);
}

/** What can be sent by WhatsApp to somebody who has not written there. */
async function openApprovedTemplate(page: Page): Promise<void> {
  await openConversation(page, FAILED);
  await page
    .getByRole("button", { name: "Line to send from" })
    .or(page.getByText(/^From Harbor/))
    .first()
    .click();
  await page.getByRole("menuitemradio", { name: /WhatsApp/ }).click();
  await page.getByRole("button", { name: "Choose an approved template" }).click();
  await page.getByLabel("{{1}}").fill("Amelia");
}

/** What a customer has sent along. */
async function openPictures(page: Page): Promise<void> {
  await openConversation(page, PICTURES);
  await expect(page.getByRole("button", { name: "Open: Picture 2" })).toBeVisible();
}

async function openLightbox(page: Page): Promise<void> {
  await openPictures(page);
  await page.getByRole("button", { name: "Open: Picture 1" }).click();
  await expect(page.getByRole("dialog").getByRole("img")).toBeVisible();
}

/** The end of an exchange of emails. */
async function openEmails(page: Page): Promise<void> {
  await page.goto("/inbox");
  await page.getByRole("link", { name: "Ana López" }).click();
  await expect(page.getByRole("heading", { name: CARD })).toBeVisible();
}

/** An email as its sender laid it out, with an image left out. */
async function openLayout(page: Page): Promise<void> {
  await openEmails(page);
  await page.getByRole("button", { name: "As it was laid out" }).click();
  await expect(page.getByRole("button", { name: "Show images" })).toBeVisible();
  await expect(page.frameLocator("iframe").getByText("new card")).toBeVisible();
}

/** The customer's mail program, with what they wrote and got. */
async function openPhoneMail(page: Page): Promise<void> {
  await page.goto("/phone");
  const phone = page.getByRole("region", { name: "Phone of Amelia Okafor" });
  await phone.getByRole("button", { name: "Email" }).click();
  await expect(phone.getByRole("article")).toHaveCount(2);
}

/** The editor, with what the server makes of the text. */
async function openTemplate(page: Page): Promise<void> {
  await page.goto("/templates");
  await page.getByRole("link", { name: TEMPLATE }).click();
  await expect(page.getByText("Your retainer waits for you")).toBeVisible();
}

/** Credentials that the provider does not know. */
async function openLineAccount(page: Page): Promise<void> {
  await page.goto("/settings/lines/new");
  await page.getByRole("button", { name: /Uptown/ }).click();
  await page.getByLabel("Auth token").fill("0".repeat(32));
  await page.getByRole("button", { name: /^Check with/ }).click();
  await expect(page.getByRole("list", { name: "Checked with the provider" })).toBeVisible();
}

/** Adds one of the simulator's numbers; afterwards it is no longer offered. */
async function addLine(page: Page, name: RegExp): Promise<void> {
  await page.goto("/settings/lines/new");
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: /^Check with/ }).click();
  await page.getByRole("button", { name: "Add this line" }).click();
  await expect(page.getByRole("heading", { name: "Webhooks" })).toBeVisible();
}

/** What the provider should call, against what it calls. */
async function openLineWebhooks(page: Page): Promise<void> {
  await addLine(page, /Uptown/);
  await expect(page.getByText("SmsUrl")).toBeVisible();
}

/** The end of the wizard. */
async function openLineTest(page: Page): Promise<void> {
  await addLine(page, /Bayside/);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByLabel("To", { exact: true })).toHaveValue(/^\+1/);
}

/** A line made by the wizard, with all that can be set. */
async function openLine(page: Page): Promise<void> {
  await page.goto("/settings/lines");
  await page.getByRole("link", { name: /Uptown/ }).click();
  await expect(page.getByRole("button", { name: "Remove the line" })).toBeVisible();
}

function settings(page: Page, title: string): Promise<void> {
  return arrive(page, `/settings/${title.toLowerCase()}`, "heading", title);
}

async function arriveAtText(page: Page, path: string, text: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("main").getByText(text)).toBeVisible();
}

async function arrive(
  page: Page,
  path: string,
  role: "button" | "heading" | "link" | "region",
  name: string,
): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole(role, { name }).first()).toBeVisible();
}
