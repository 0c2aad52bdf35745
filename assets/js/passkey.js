// Make and use passkeys: the browser's own dialogue, between the options on the page and a hidden answer in the form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const letters = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  const transports = made.response.getTransports ? made.response.getTransports() : [];
  return answer(made, { clientDataJSON: letters(clientDataJSON), attestationObject: letters(attestationObject), transports });
}

async function use(options) {
  const used = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = used.response;
  return answer(used, {
    clientDataJSON: letters(clientDataJSON),
    authenticatorData: letters(authenticatorData),
    signature: letters(signature),
    userHandle: userHandle ? letters(userHandle) : null,
  });
}

function answer(credential, response) {
  const { id, type, rawId } = credential;
  return { id, type, rawId: letters(rawId), response, clientExtensionResults: credential.getClientExtensionResults() };
}

export function startPasskeys() {
  const data = document.getElementById("passkey-options");
  const part = document.querySelector("[data-passkey]");
  if (!data || !part) return;
  const said = JSON.parse(data.textContent);
  const options = (said.creation_options || said.request_options).publicKey;
  const form = part.querySelector("form");
  const problem = part.querySelector("[data-passkey-problem]");
  part.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const credential = await (part.dataset.passkey === "create" ? make(options) : use(options));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
