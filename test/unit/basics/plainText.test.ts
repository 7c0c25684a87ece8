import { readableText } from '../../../nodes/shared/basics/plainText';

describe('a text from Netigate', () => {
	test.each([
		['<p><strong>How satisfied&nbsp;are you?</strong></p>', 'How satisfied are you?'],
		['Very<br/>good', 'Very good'],
		['<div>Very</div><div>good</div>', 'Very good'],
		['<b>sa</b>tis<i>fied</i>', 'satisfied'],
		['<ul>\r\n\t<li>One</li><li>Two</li></ul>', 'One Two'],
		['<span style="font-size: 12px; color:#f00" data-x=\'a>b\'>Red</span>', 'Red'],
		['<a href="https://example.com?a=1&amp;b=2">Terms</a>', 'Terms'],
		['<o:p>From Word</o:p><!--[if gte mso 9]><xml>x</xml><![endif]-->', 'From Word'],
		['<style>p { color: red }</style><P CLASS=big>Yes</P>', 'Yes'],
		['<img src="smile.png" alt="Happy">', 'Happy'],
		[
			'Salt &amp; pepper &#8211; &#xE4;, &auml; &Auml; &szlig; &euro;',
			'Salt & pepper – ä, ä Ä ß €',
		],
		['AT&amp;T, R&D, Q&A&nbsp now', 'AT&T, R&D, Q&A now'],
		['&lt;b&gt; means bold', '<b> means bold'],
		['Age < 18, <18, > 5 or <3', 'Age < 18, <18, > 5 or <3'],
		['How do you like <your company>?', 'How do you like <your company>?'],
		['A --> B', 'A --> B'],
		['<!-- never closed', 'never closed'],
		['<style> never closed', 'never closed'],
		['\ufeffSo\u00adme\u200b thing\u00a0\u2028else ', 'Some thing else'],
		['I ❤️ it 👨‍👩‍👧 👍🏽', 'I ❤️ it 👨‍👩‍👧 👍🏽'],
		['می‌خواهم', 'می‌خواهم'],
		['\u200eעברית\u200f', 'עברית'],
		['e\u0301', 'é'],
		['&#0; &#xD800; &#99999999; &unknown;', '&#0; &#xD800; &#99999999; &unknown;'],
		['<p></p>', ''],
		[null, ''],
		[7, '7'],
	])('%j is read as %j', (text, expected) => {
		expect(readableText(text)).toBe(expected);
		expect(readableText(`<p>${text ?? ''}</p>`)).toBe(expected);
	});
});

test.each([
	[{}, ''],
	[['a'], ''],
	[null, ''],
	[undefined, ''],
	[7, '7'],
])('a name that is %j is read as %j', (name, expected) => {
	expect(readableText(name)).toBe(expected);
});
