// What there is to see of one image: which units speak for it. `#image-17` in the address shows image 17.

// Links to the units that add most to an image of the sheet.
function strongest(image, size) {
  return numbers.images.strongest[image].map(([unit, value]) => {
    const label = `${word} ${unit}, activity ${plain(value)}`;
    const told = `${unit}: ${Number(value.toPrecision(2))}`;
    return make("li", make("a.shot", { href: `#unit-${unit}`, title: label }, picture("atoms", unit, size, word), told));
  });
}

// `number` is that of the data set; only images that the page shows somewhere are known.
function openImage(number) {
  const image = numbers.images.number.indexOf(number);
  if (image < 0) return;
  const links = strongest(image, 62);
  panel.setAttribute("aria-label", `Image ${number}`);
  const label = labelOf(image) === null ? null : make("p", "Class ", make("b", labelOf(image)));
  showInPanel(
    make("div.bar", make("h3", `Image ${number}`), closeButton()),
    make("div.head", picture("images", image, 150, `Image ${number}`), make("div", label)),
    make("h4", `The ${word}s that add most to it`),
    make("p.note", links.length ? `By activity times norm of the atom. Below each: its number and its activity.`
      : `No ${word} is active on this image.`),
    make("ul.strip", links),
  );
  openPanel(`#image-${number}`, true);
}
