/** What makes the portal's pages nicer; each of them works without. */

for (const element of document.querySelectorAll('[data-focus]')) element.focus();

for (const form of document.querySelectorAll('form[method="post"]')) sendOnce(form);

function sendOnce(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent !== undefined) return event.preventDefault();
    form.dataset.sent = '';
    if (form.dataset.upload === undefined) return;
    event.preventDefault();
    void sendWithFiles(form);
  });
}

// A page that is gone back to may be sent anew.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-sent]')) delete form.dataset.sent;
});

/** Uploads the files of a form one by one and shows how far each is, then sends the form; the answer takes the page's place. */
async function sendWithFiles(form) {
  try {
    for (const input of form.querySelectorAll('[type=file]'))
      while (input.files.length > 0) {
        const [file, ...others] = input.files;
        const uploaded = await send(form, form.dataset.upload, withUploaded(form, input.name, file));
        if (uploaded === undefined) return;
        form.querySelector('#deliverables-hint').insertAdjacentHTML('afterend', uploaded);
        input.files = listOf(others);
      }
    await send(form, form.action, new FormData(form));
  } catch {
    complain(form, 'The connection broke off. What is uploaded stays; send it again to go on.');
  }
}

/** A file by itself, with those that are uploaded already: so it gets a name of its own. */
function withUploaded(form, name, file) {
  const data = new FormData();
  for (const [field, value] of new FormData(form)) if (field.startsWith('deliverables.')) data.append(field, value);
  data.append(name, file);
  return data;
}

function listOf(files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  return transfer.files;
}

/** Sends a part of a form, or all of it. Gives what was answered to a part; every other answer is shown. Throws without one. */
async function send(form, address, data) {
  const { status, responseURL, responseText } = await answerTo(form, address, data);
  const isPart = address !== form.action;
  if (status < 300 && isPart && new URL(address, document.baseURI).href === responseURL) return responseText;
  if (status < 300) return location.assign(responseURL);
  const page = new DOMParser().parseFromString(responseText, 'text/html');
  const main = page.querySelector('main');
  const problem = page.querySelector('.problem');
  // What stands in front of the service may answer in its place, with a page of its own.
  if (!main || (isPart && !problem))
    return complain(form, `This could not be sent (${status}${status === 413 ? ': too large' : ''}).`);
  if (isPart) return complain(form, problem.querySelector('p').textContent);
  document.title = page.title;
  document.querySelector('main').replaceWith(main);
  document.querySelector('[data-focus]')?.focus();
  for (const next of document.querySelectorAll('main form[method="post"]')) sendOnce(next);
}

function answerTo(form, address, data) {
  const progress = form.querySelector('progress');
  progress.hidden = false;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable) progress.value = (100 * loaded) / total;
    });
    request.addEventListener('load', () => resolve(request));
    request.addEventListener('error', reject);
    request.open('POST', address);
    request.send(data);
  });
}

/** Says above the button what went wrong; what was filled in stays, and may be sent again. */
function complain(form, text) {
  form.querySelector('progress').hidden = true;
  const line = form.querySelector('[data-complaint]');
  line.textContent = text;
  line.focus();
  delete form.dataset.sent;
}
