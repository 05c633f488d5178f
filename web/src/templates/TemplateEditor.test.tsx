import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import { answerByPath } from "@/test/render";
import { renderWithLinks } from "@/test/renderInRouter";
import { aTemplate } from "@/test/samples";

import { draftOf, emptyDraft } from "./form";
import { TemplateEditor } from "./TemplateEditor";

const saved = aTemplate("Invoice {{number}}", {
  version: 3,
  variables: [{ name: "number", example: "2291" }],
});
const previewed = {
  variants: [
    {
      name: "A",
      body: "Invoice {{amount}}",
      segments: 1,
      encoding: "GSM-7",
      missing: ["amount"],
      unknown: [],
      unfit: [],
    },
  ],
};
const answers = () =>
  answerByPath({
    "POST /api/templates": saved,
    "PATCH /api/templates/t1": { ...saved, version: 4 },
    "POST /api/templates/preview": previewed,
  });

test("a template is written with a variable found in its text", async () => {
  const { to } = answers();
  const onSaved = vi.fn();
  renderWithLinks(<TemplateEditor initial={emptyDraft()} version={0} onSaved={onSaved} />);
  const create = screen.getByRole("button", { name: "Create template" });
  expect(create).toHaveProperty("disabled", true);
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Invoice");
  await userEvent.click(screen.getByRole("textbox", { name: "Text" }));
  await userEvent.paste("Invoice {{number}}");
  await userEvent.click(screen.getByRole("button", { name: "Declare number" }));
  expect(screen.queryByRole("button", { name: "Declare number" })).toBeNull();
  await userEvent.type(screen.getByRole("textbox", { name: "Example of variable number" }), "2291");
  await userEvent.click(create);
  await waitFor(() => expect(onSaved).toHaveBeenCalledOnce());
  expect(await to("POST /api/templates")[0]?.json()).toEqual({
    name: "Invoice",
    purpose: "reply",
    variants: saved.variants,
    variables: saved.variables,
  });
});

test("saving makes a new version, and only when something changed", async () => {
  const { to } = answers();
  renderWithLinks(<TemplateEditor id="t1" initial={draftOf(saved)} version={3} onSaved={vi.fn()} />);
  const save = screen.getByRole("button", { name: "Save as version 4" });
  expect(save).toHaveProperty("disabled", true);
  await userEvent.click(screen.getByRole("button", { name: "Add a variant" }));
  expect(screen.getByText("Every variant needs a text.")).toBeDefined();
  const [, second] = screen.getAllByRole("textbox", { name: "Text" });
  if (!second) throw new Error("no second text");
  await userEvent.type(second, "Your invoice");
  expect(screen.getAllByText("50% of messages")).toHaveLength(2);
  await userEvent.click(save);
  await waitFor(() => expect(to("PATCH /api/templates/t1")).toHaveLength(1));
  expect(await to("PATCH /api/templates/t1")[0]?.json()).toMatchObject({
    variants: [{ name: "A" }, { name: "B", weight: 1, bodies: { "*": "Your invoice" } }],
  });
});

test("the preview marks what has no value", async () => {
  answers();
  renderWithLinks(<TemplateEditor id="t1" initial={draftOf(saved)} version={3} onSaved={vi.fn()} />);
  expect(await screen.findByText("Missing:")).toBeDefined();
  expect(screen.getByText("amount")).toBeDefined();
});
