extension ConnectionGraph {
  /// The drawing; edges and nodes carry their numbers for the page's script, and titles for everybody.
  public var svg: String {
    let layout = GraphLayout(self)
    let kinds = EdgeKind.allCases.filter { kind in edges.contains { $0.kind == kind } }
    let legendHeight = 30 + 22 * (kinds.count + notes.count)
    let width = max(layout.width, 460)
    let height = layout.height + legendHeight
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" \
      font-size="13">
      <title>Allowed connections</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      <defs>

      """
    for kind in kinds {
      text += """
        <marker id="arrow-\(kind.rawValue)" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" \
        markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10z" \
        fill="\(kind.color)"/></marker>

        """
    }
    text += "</defs>\n"
    for group in layout.groups {
      let box = group.box
      text += """
        <rect x="\(box.x)" y="\(box.y)" width="\(box.width)" height="\(box.height)" rx="8" \
        fill="#f5f7f9" stroke="#c3ccd4"/>

        """
    }
    // Lines between the same two ends lie beside each other.
    var twins: [[Int]: Int] = [:]
    for (index, edge) in edges.enumerated() {
      let ends = [min(edge.source, edge.destination), max(edge.source, edge.destination)]
      text += drawing(edge, index, twins: twins[ends, default: 0], layout)
      twins[ends, default: 0] += 1
    }
    // Names stand on the lines, with a rim of the ground's colour.
    for group in layout.groups {
      text += """
        <g class="group"><text x="\(group.box.x + Self.padding)" y="\(group.box.y + 22)" \
        font-weight="bold" fill="#33404d" stroke="#f5f7f9" stroke-width="5" paint-order="stroke">\
        \(Self.escaped(group.name))</text></g>

        """
    }
    for (index, node) in nodes.enumerated() { text += drawing(node, index, layout.nodes[index]) }
    text += legend(kinds, at: layout.height + 10)
    return text + "</svg>\n"
  }

  private static let padding = 12

  private func drawing(_ edge: Edge, _ index: Int, twins: Int, _ layout: GraphLayout) -> String {
    let shift = twins % 2 == 0 ? 4 * twins : -4 * (twins + 1)
    let dashes = edge.kind.dashes.isEmpty ? "" : " stroke-dasharray=\"\(edge.kind.dashes)\""
    let title =
      "\(nodes[edge.source].namespace)/\(nodes[edge.source].name) => "
      + "\(nodes[edge.destination].namespace)/\(nodes[edge.destination].name) : "
      + "\(edge.connections) (\(edge.kind.meaning))"
    return """
      <path class="edge" data-edge="\(index)" data-from="\(edge.source)" \
      data-to="\(edge.destination)" d="\(layout.path(edge, shift: max(-14, min(14, shift))))" \
      fill="none" stroke="\(edge.kind.color)" stroke-width="\(edge.kind.width)"\(dashes) \
      marker-end="url(#arrow-\(edge.kind.rawValue))"><title>\(Self.escaped(title))</title></path>

      """
  }

  private func drawing(_ node: Node, _ index: Int, _ box: GraphLayout.Box) -> String {
    """
    <g class="node" data-node="\(index)"><rect x="\(box.x)" y="\(box.y)" width="\(box.width)" \
    height="\(box.height)" rx="5" fill="#ffffff" stroke="#5b6b7a"/>\
    <text class="label" x="\(box.x + 10)" y="\(box.y + 17)" fill="#111820">\
    \(Self.escaped(node.name))</text>\
    <text class="label" x="\(box.x + 10)" y="\(box.y + 33)" fill="#4d5a66" font-size="11">\
    \(Self.escaped(node.note))</text></g>

    """
  }

  private func legend(_ kinds: [EdgeKind], at top: Int) -> String {
    var text = ""
    for (index, kind) in kinds.enumerated() {
      let y = top + 12 + 22 * index
      let dashes = kind.dashes.isEmpty ? "" : " stroke-dasharray=\"\(kind.dashes)\""
      text += """
        <g class="legend"><path d="M24 \(y)H74" stroke="\(kind.color)" \
        stroke-width="\(kind.width)"\(dashes)/><text x="86" y="\(y + 4)" fill="#111820">\
        \(kind.meaning)</text></g>

        """
    }
    for (index, note) in notes.enumerated() {
      let y = top + 16 + 22 * (kinds.count + index)
      text +=
        "<text class=\"legend\" x=\"24\" y=\"\(y)\" fill=\"#4d5a66\">\(Self.escaped(note))</text>\n"
    }
    return text
  }

  /// One HTML file with the drawing, a search field and a table of all connections. It loads nothing.
  public func html(title: String) -> String {
    let rows = edges.enumerated().map { index, edge -> String in
      let source = nodes[edge.source]
      let destination = nodes[edge.destination]
      return """
        <tr data-edge="\(index)" data-from="\(edge.source)" data-to="\(edge.destination)">\
        <td>\(Self.escaped("\(source.namespace)/\(source.name)"))</td>\
        <td>\(Self.escaped("\(destination.namespace)/\(destination.name)"))</td>\
        <td>\(Self.escaped(edge.connections))</td>\
        <td><span class="chip" style="border-color:\(edge.kind.color)">\(edge.kind.rawValue)</span></td></tr>

        """
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
      'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(Self.escaped(title))</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <header><h1>\(Self.escaped(title))</h1>
      <label>Search <input id="search" type="search" placeholder="name, namespace, port or kind" \
      autofocus></label> <output id="count"></output></header>
      <main><div id="drawing">\(svg)</div>
      <table><thead><tr><th>from</th><th>to</th><th>connections</th><th>carries</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody></table></main>
      <script>\(Self.script)</script>
      </body>
      </html>

      """
  }

  private static let style = """
    body{font:14px/1.45 system-ui,sans-serif;margin:0;color:#111820;background:#fff}
    header{position:sticky;top:0;background:#fff;border-bottom:1px solid #c3ccd4;padding:10px 18px;
    display:flex;gap:18px;align-items:center;flex-wrap:wrap;z-index:1}
    h1{font-size:17px;margin:0}
    input{font:inherit;padding:5px 9px;width:26em;max-width:70vw;border:1px solid #5b6b7a;
    border-radius:5px}
    input:focus-visible{outline:3px solid #56B4E9}
    #drawing{overflow:auto;padding:14px}
    table{border-collapse:collapse;margin:0 18px 30px;min-width:60%}
    th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid #e3e8ec}
    .chip{border:2px solid;border-radius:9px;padding:0 8px}
    .faded{opacity:.08}
    tr.hidden{display:none}
    .node{cursor:pointer}
    .node.chosen rect{stroke:#111820;stroke-width:3}
    """

  /// Hides what the search does not name; a click on a workload shows its own. Inline script is safe to
  /// allow: all text of the page is escaped.
  private static let script = """
    const all=s=>[...document.querySelectorAll(s)];
    const rows=all('tr[data-edge]'),nodes=all('.node'),edges=all('.edge');
    const text=nodes.map(n=>(n.closest('svg')?n.textContent:'').toLowerCase());
    const field=document.getElementById('search'),count=document.getElementById('count');
    let chosen=null;
    function show(){
      const words=field.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const kept=new Set();let shown=0;
      rows.forEach((row,i)=>{
        const hit=(chosen===null||row.dataset.from===chosen||row.dataset.to===chosen)
          &&words.every(w=>row.textContent.toLowerCase().includes(w));
        row.classList.toggle('hidden',!hit);
        edges[i].classList.toggle('faded',!hit);
        if(hit){shown++;kept.add(row.dataset.from);kept.add(row.dataset.to)}
      });
      const all=words.length===0&&chosen===null;
      nodes.forEach((node,i)=>{
        const named=words.length>0&&words.every(w=>text[i].includes(w));
        node.classList.toggle('faded',!(all||named||kept.has(node.dataset.node)));
        node.classList.toggle('chosen',node.dataset.node===chosen);
      });
      count.textContent=shown+' of '+rows.length+' connections';
    }
    field.addEventListener('input',show);
    nodes.forEach(n=>n.addEventListener('click',()=>{
      chosen=chosen===n.dataset.node?null:n.dataset.node;show()}));
    show();
    """
}
