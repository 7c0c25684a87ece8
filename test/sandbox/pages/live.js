/* Updates the content every few seconds, unless the focus is in it or text is selected. */
setInterval(async () => {
	const shown = document.getElementById('live');
	const busy = () =>
		document.hidden ||
		shown.contains(document.activeElement) ||
		!document.getSelection().isCollapsed;
	if (busy()) return;
	try {
		const response = await fetch(location.href);
		if (!response.ok) return;
		const page = new DOMParser().parseFromString(await response.text(), 'text/html');
		const fresh = page.getElementById('live');
		if (!busy() && fresh && fresh.innerHTML !== shown.innerHTML) {
			shown.replaceChildren(...fresh.childNodes);
		}
	} catch {
		// The sandbox was stopped. The next try may reach it again.
	}
}, 3000);
