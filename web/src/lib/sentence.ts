/** Reasons come as fragments ("phone cannot be reached"); where they stand alone they begin and end like a sentence. */
export function sentence(text: string): string {
  const whole = /[.!?…]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
