import CLibYAML

/// One step of libyaml's parser, copied out of its memory.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    case documentStart(hasDirectives: Bool)
    case documentEnd
    case alias
    case scalar(YAMLScalar)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  var kind: Kind
  var mark: YAMLMark
  var hasAnchor = false
  var hasTag = false
}

/// The owner of one libyaml parser and of the bytes that it reads.
///
/// libyaml keeps a pointer to its own structure, so that the structure lives on the heap and stays
/// where it is; nothing outside this file sees a pointer.
@safe
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let source: YAMLSource

  init(_ source: YAMLSource) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) != 0 else {
      unsafe parser.deallocate()
      throw YAMLError(line: 1, column: 1, text: "no memory for the YAML parser")
    }
    // The parser reads `input` by pointer and length until `deinit`; it never writes to it.
    let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: source.bytes.count)
    _ = unsafe input.initialize(fromContentsOf: source.bytes)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    unsafe self.parser = parser
    unsafe self.input = input
    self.source = source
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event. After `streamEnd` or an error there is none.
  mutating func next() throws(YAMLError) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) != 0 else { throw syntaxError() }
    defer { unsafe yaml_event_delete(&event) }
    return try unsafe Self.copy(event)
  }

  private static func copy(_ event: yaml_event_t) throws(YAMLError) -> YAMLEvent {
    let mark = unsafe YAMLMark(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, mark: mark)
    case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, mark: mark)
    case YAML_DOCUMENT_START_EVENT:
      let document = unsafe event.data.document_start
      let hasDirectives =
        unsafe document.version_directive != nil
        || document.tag_directives.start != document.tag_directives.end
      return YAMLEvent(kind: .documentStart(hasDirectives: hasDirectives), mark: mark)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, mark: mark)
    case YAML_ALIAS_EVENT: return YAMLEvent(kind: .alias, mark: mark)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      return unsafe YAMLEvent(
        kind: .scalar(copyScalar(event)), mark: mark, hasAnchor: scalar.anchor != nil,
        hasTag: scalar.tag != nil)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = unsafe event.data.sequence_start
      return unsafe YAMLEvent(
        kind: .sequenceStart, mark: mark, hasAnchor: sequence.anchor != nil,
        hasTag: sequence.tag != nil)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, mark: mark)
    case YAML_MAPPING_START_EVENT:
      let mapping = unsafe event.data.mapping_start
      return unsafe YAMLEvent(
        kind: .mappingStart, mark: mark, hasAnchor: mapping.anchor != nil,
        hasTag: mapping.tag != nil)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, mark: mark)
    default:
      throw YAMLError(line: mark.line, column: mark.column, text: "not valid YAML")
    }
  }

  private static func copyScalar(_ event: yaml_event_t) -> YAMLScalar {
    let scalar = unsafe event.data.scalar
    // The length is explicit: a scalar may hold U+0000 ("\0" in double quotes).
    let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    let style: YAMLScalar.Style =
      switch unsafe scalar.style {
      case YAML_PLAIN_SCALAR_STYLE: .plain
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      default: .block
      }
    let written = unsafe event.end_mark.index - event.start_mark.index
    let quotes = style == .plain ? 0 : 2
    let doubled = style == .singleQuoted ? text.utf8.count { $0 == 0x27 } : 0
    let isVerbatim =
      unsafe style != .block && event.start_mark.line == event.end_mark.line
      && written == text.unicodeScalars.count + quotes + doubled
    return YAMLScalar(text: text, style: style, isVerbatim: isVerbatim)
  }

  private func syntaxError() -> YAMLError {
    let state = unsafe parser.pointee
    guard unsafe state.error != YAML_MEMORY_ERROR, let problem = unsafe state.problem else {
      return YAMLError(line: 1, column: 1, text: "no memory for the YAML parser")
    }
    var mark = unsafe YAMLMark(state.problem_mark)
    if unsafe state.error == YAML_READER_ERROR {
      mark = unsafe source.mark(at: Int(state.problem_offset))
    }
    // At the end of a file without a last line feed libyaml counts one line too many.
    let end = source.mark(at: source.bytes.count)
    if mark.index >= end.index { mark = end }
    var text = unsafe "not valid YAML: " + String(cString: problem)
    if let context = unsafe state.context {
      let start = unsafe YAMLMark(state.context_mark)
      text += unsafe " " + String(cString: context)
      if start.line != mark.line || start.column != mark.column {
        text += " that begins at \(start.line):\(start.column)"
      }
    }
    if let hint = hint(at: mark, problem: text) { text += "; " + hint }
    return YAMLError(line: mark.line, column: mark.column, text: text)
  }

  /// The remedy for the errors that are met most.
  private func hint(at mark: YAMLMark, problem: String) -> String? {
    switch source.byte(at: mark) {
    case 0x09: return "indent with spaces, not tabs"
    case 0x40, 0x60, 0x25: return "put text that begins so in single quotes"
    case 0x3A where problem.contains("mapping values"):
      return "put text that holds ': ' in single quotes, or mend the indentation"
    default: return nil
    }
  }
}

extension YAMLMark {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(index: Int(mark.index), line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
