// How the catalogue's names are written in TypeScript.

/** `create-link` → `createLink`. */
export function camel(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** `plans.billing_cycle` → `PlansBillingCycle`. */
export function typeName(name) {
  return name.replace(/(?:^|[._-])(\w)/g, (_, letter) => letter.toUpperCase());
}
