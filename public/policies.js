// The page's Trusted Types policy: what may become HTML or a script's address, and nothing else.
// The UI framework writes the static parts of its views as HTML strings; they are not known at build
// time, so they are held to a small grammar. Kept out: everything that belongs to the app.
(function () {
  "use strict";

  if (!window.trustedTypes || !window.trustedTypes.createPolicy) return;

  // Elements that run, load or redirect something, change how the rest is parsed, or could set a link later.
  const FORBIDDEN_ELEMENTS = new Set(
    ("script iframe frame frameset object embed applet portal fencedframe base meta link style noscript template " +
      "plaintext xmp listing noembed noframes math foreignobject annotation-xml " +
      "animate animatemotion animatetransform set handler listener").split(" ")
  );
  const FORBIDDEN_ATTRIBUTES = /^(?:on.*|srcdoc|srcset|ping|http-equiv|nonce|is|xml:base|attributename)$/;
  const ADDRESS_ATTRIBUTES = /^(?:href|xlink:href|src|action|formaction|data|poster|cite|background|manifest)$/;
  // With its scheme written out plainly, or with no scheme at all.
  const SAFE_ADDRESS = /^(?:https:\/\/|mailto:|tel:|[/#?.]|$)/;

  // One token: a text, a comment or a tag. What fits none of the three is refused.
  const TOKEN = /[^<]+|<!(?:--(?:(?!-->)[^<])*--)?>|<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/gy;
  const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

  function refuse(what) {
    throw new TypeError("Refused by the page's policy: " + what);
  }

  function checkAttributes(element, text) {
    for (const [, rawName, double, single, bare] of text.matchAll(ATTRIBUTE)) {
      const name = rawName.toLowerCase();
      if (FORBIDDEN_ATTRIBUTES.test(name)) refuse("attribute " + name);
      if (!ADDRESS_ATTRIBUTES.test(name)) continue;
      // Character references could spell a scheme, white space and controls could hide one.
      const address = [double, single, bare].find((part) => part !== undefined) || "";
      if (!SAFE_ADDRESS.test(address) && /[:&\s\u0000-\u001f]/.test(address)) refuse("address in " + name + " of " + element);
    }
  }

  function createHTML(html) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < html.length) {
      const at = TOKEN.lastIndex;
      const token = TOKEN.exec(html);
      if (!token) refuse("markup at position " + at);
      if (token[2] === undefined) continue;
      const element = token[2].toLowerCase();
      if (FORBIDDEN_ELEMENTS.has(element)) refuse("element " + element);
      checkAttributes(element, token[3]);
    }
    return html;
  }

  function createScriptURL(address) {
    const url = new URL(address, document.baseURI);
    const own = url.origin === window.location.origin && url.search === "";
    if (own && (url.pathname === "/service-worker.js" || /^\/document-worker[A-Za-z0-9_-]*\.js$/.test(url.pathname))) return url.href;
    return refuse("script address " + url.pathname);
  }

  // Without `createScript` no string becomes code. A second policy of the name cannot be made.
  window.trustedTypes.createPolicy("default", { createHTML, createScriptURL });
})();
