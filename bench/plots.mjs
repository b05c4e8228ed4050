// Bars as SVG, by hand: two or three plots need no library. Colours that can be read on light and on dark pages.
const width = 760;
const labelWidth = 250;
const figureWidth = 90;
const barHeight = 18;
const gap = 6;
const groupGap = 14;
const colours = ['#3b82b8', '#b0b7c0', '#d9913a', '#8a6fb0', '#5a9e6f'];

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

// `groups`: [{label, bars: [{name, value, text}]}]; `name` chooses the colour, `text` stands at the end of a bar. With
// `isLogarithmic` from 1 on.
export function barPlot({ title, groups, isLogarithmic = false }) {
    const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
    const scale = (value) => (isLogarithmic ? Math.log10(Math.max(value, 1)) : value);
    const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => scale(value))));
    const room = width - labelWidth - figureWidth;
    const parts = [];
    const text = (x, y, content, more = '') => parts.push(`<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`);
    text(12, 24, title, 'style="font-size:15px;font-weight:600"');
    let x = 12;
    for (const [i, name] of names.entries()) {
        parts.push(`<rect x="${x}" y="38" width="11" height="11" rx="2" fill="${colours[i]}"/>`);
        text(x + 16, 48, name);
        x += 34 + name.length * 7;
    }
    let y = 66;
    for (const { label, bars } of groups) {
        text(12, y + (bars.length * (barHeight + gap) - gap) / 2 + 4, label);
        for (const { name, value, text: figure } of bars) {
            const length = Math.max((scale(value) / largest) * room, 1).toFixed(1);
            const fill = colours[names.indexOf(name)];
            parts.push(`<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3" fill="${fill}"/>`);
            text(labelWidth + Number(length) + 6, y + 13, figure);
            y += barHeight + gap;
        }
        y += groupGap;
    }
    const style =
        'text{font:12.5px system-ui,sans-serif;fill:#1f2430}svg{background:#fff}' +
        '@media(prefers-color-scheme:dark){text{fill:#e4e7ec}svg{background:#15181d}}';
    return (
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img">\n` +
        `<title>${escaped(title)}</title>\n<style>${style}</style>\n${parts.join('\n')}\n</svg>\n`
    );
}
