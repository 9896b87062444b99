// Shows what a point says at once; without a script the browser shows the same after a while.
(function () {
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.appendChild(tip);
  document.querySelectorAll('.hit[data-tip] > title').forEach(function (title) { title.remove(); });
  document.addEventListener('pointermove', function (event) {
    var hit = event.target.closest && event.target.closest('.hit[data-tip]');
    tip.hidden = !hit;
    if (hit) {
      tip.textContent = hit.getAttribute('data-tip');
      var left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
      tip.style.left = Math.max(8, left) + 'px';
      tip.style.top = Math.max(8, event.clientY - tip.offsetHeight - 10) + 'px';
    }
  });
}());

// Says of what is wider than the page that it scrolls; without a script its cut edge says so.
(function () {
  function tell() {
    document.querySelectorAll('.scroll').forEach(function (box) {
      var wide = box.scrollWidth > box.clientWidth + 1;
      box.classList.toggle('more', wide);
      var hint = box.previousElementSibling;
      var told = hint && hint.className === 'hint';
      if (wide && !told) {
        hint = document.createElement('p');
        hint.className = 'hint';
        hint.setAttribute('aria-hidden', 'true');
        hint.textContent = 'Wider than the page: scroll sideways \u2192';
        box.parentNode.insertBefore(hint, box);
      } else if (!wide && told) {
        hint.remove();
      }
    });
  }
  tell();
  window.addEventListener('resize', tell);
  document.addEventListener('toggle', tell, true);
}());
