// Tables, as all pages show them.

export function tableOf(heads, rows, leftColumns = [0]) {
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  heads.forEach((words, i) => {
    const th = document.createElement('th');
    th.scope = 'col';
    th.textContent = words;
    if (leftColumns.includes(i)) th.className = 't';
    head.append(th);
  });
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, i) => {
      const cell = line.insertCell();
      if (leftColumns.includes(i)) cell.className = 't';
      if (value instanceof Node) cell.append(value); else cell.textContent = value;
    });
  }
  const scroll = document.createElement('div');
  scroll.className = 'table-scroll';
  scroll.append(table);
  return scroll;
}
