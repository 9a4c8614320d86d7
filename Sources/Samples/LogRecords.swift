import Bytes

/// The inside of one object each: what six kinds of systems write.
extension SampleGenerator {
  /// A line of a web server's access log.
  mutating func appendAccess(to output: inout ByteBuffer) {
    output.append("\"time\":\"")
    appendTime(to: &output)
    output.append("\",\"remote_addr\":\"")
    appendOrigin(to: &output)
    output.append("\",\"request\":\"")
    output.append(random.pick(Words.methods))
    output.append(ASCII.space)
    appendRoute(to: &output)
    output.append(" HTTP/1.1\",\"status\":")
    append(random.pick(Words.statuses), to: &output)
    appendMember("bytes_sent", to: &output)
    append(random.below(90_000), to: &output)
    appendMember("request_time", to: &output)
    appendDecimal(wholeMax: 2, to: &output)
    output.append(",\"http_user_agent\":\"")
    appendUserAgent(to: &output)
    output.append("\",\"http_referer\":")
    output.append(random.oneIn(2) ? "null" : "\"https:\\/\\/shop.example.com\\/cart\"")
    output.append(",\"request_id\":\"")
    appendUUID(to: &output)
    output.append("\",\"upstream\":{\"name\":\"")
    output.append(random.pick(Words.services))
    output.append("\",\"attempts\":")
    append(random.within(1...3), to: &output)
    output.append(",\"cached\":")
    output.append(random.oneIn(3) ? "true}" : "false}")
  }

  private mutating func appendRoute(to output: inout ByteBuffer) {
    output.append(random.pick(Words.routes))
    if random.oneIn(2) {
      output.append("/ord-")
      appendHex(6, to: &output)
    }
    if random.oneIn(3) {
      output.append("?limit=")
      append(random.within(10...100), to: &output)
    }
  }

  /// A line of a service: a level, a message, who and where.
  mutating func appendApplication(to output: inout ByteBuffer) {
    output.append("\"ts\":")
    append(epochMilliseconds, to: &output)
    output.append(",\"level\":\"")
    output.append(random.pick(Words.levels))
    output.append("\",\"logger\":\"com.acme.")
    output.append(random.pick(Words.services))
    output.append("\",\"msg\":\"")
    output.append(random.pick(Words.messages))
    output.append("\",\"trace_id\":\"")
    appendHex(32, to: &output)
    output.append("\",\"span_id\":\"")
    appendHex(16, to: &output)
    output.append("\",\"user\":{\"id\":\"u-")
    append(random.within(100...99_999), to: &output)
    output.append("\",\"name\":\"")
    appendName(to: &output)
    output.append("\"},\"duration_ms\":")
    appendDecimal(wholeMax: 900, to: &output)
    if random.oneIn(6) {
      output.append(",\"error\":\"")
      output.append(random.pick(Words.errors))
      output.append(ASCII.quote)
    }
    if random.oneIn(3) { appendTags(to: &output) }
    if random.oneIn(8) { appendNestedContext(to: &output) }
  }

  private mutating func appendTags(to output: inout ByteBuffer) {
    output.append(",\"tags\":[")
    for index in 0..<random.within(1...4) {
      if index > 0 { output.append(ASCII.comma) }
      output.append(ASCII.quote)
      output.append(random.pick(Words.services))
      output.append(ASCII.quote)
    }
    output.append(ASCII.rightBracket)
  }

  /// A member whose string is itself a JSON text.
  private mutating func appendNestedContext(to output: inout ByteBuffer) {
    var inner = ByteBuffer(capacity: 128)
    inner.append("{\"zone\":\"")
    inner.append(random.pick(Words.zones))
    inner.append("\",\"retries\":[")
    append(random.below(9), to: &inner)
    inner.append(",\"later\"],\"note\":\"he said \\\"no\\\"\"}")
    output.append(",\"context\":\"")
    Self.appendEscaped(inner, to: &output)
    output.append(ASCII.quote)
  }

  /// An event of an online shop.
  mutating func appendPayment(to output: inout ByteBuffer) {
    output.append("\"event\":\"payment.")
    output.append(random.pick(["authorized", "captured", "refunded", "declined"]))
    output.append("\",\"id\":\"evt_")
    appendHex(20, to: &output)
    output.append("\",\"created\":\"")
    appendTime(fractionDigits: 0, to: &output)
    output.append("\",\"amount\":{\"value\":")
    append(random.within(100...250_000), to: &output)
    output.append(",\"currency\":\"")
    output.append(random.pick(Words.currencies))
    output.append("\"},\"merchant\":\"m-")
    append(random.within(10...9999), to: &output)
    output.append("\",\"customer\":\"")
    appendName(to: &output)
    output.append("\",\"items\":[")
    for index in 0..<random.within(1...3) {
      if index > 0 { output.append(ASCII.comma) }
      output.append("{\"sku\":\"sku-")
      appendHex(5, to: &output)
      output.append("\",\"quantity\":")
      append(random.within(1...5), to: &output)
      output.append(",\"price\":")
      appendDecimal(wholeMax: 500, to: &output)
      output.append(ASCII.rightBrace)
    }
    output.append("],\"idempotency_key\":\"")
    appendUUID(to: &output)
    output.append(ASCII.quote)
  }

  /// A container's line as a node's agent wraps it.
  mutating func appendContainer(to output: inout ByteBuffer) {
    let service = random.pick(Words.services)
    output.append("\"time\":\"")
    appendTime(fractionDigits: 9, to: &output)
    output.append("\",\"stream\":\"")
    output.append(random.oneIn(3) ? "stderr" : "stdout")
    output.append("\",\"logtag\":\"F\",\"log\":\"")
    output.append(random.pick(Words.messages))
    output.append(" id=")
    appendHex(8, to: &output)
    output.append("\\n\",\"kubernetes\":{\"namespace\":\"shop\",\"pod\":\"")
    output.append(service)
    output.append(ASCII.minus)
    appendHex(9, to: &output)
    output.append("-x")
    appendHex(4, to: &output)
    output.append("\",\"container\":\"")
    output.append(service)
    output.append("\",\"node\":\"node-")
    append(random.within(1...40), to: &output)
    output.append("\",\"labels\":{\"app\":\"")
    output.append(service)
    output.append("\",\"zone\":\"")
    output.append(random.pick(Words.zones))
    output.append("\"},\"image_sha256\":\"")
    appendHex(64, to: &output)
    output.append("\"}")
  }

  /// Who did what to which thing.
  mutating func appendAudit(to output: inout ByteBuffer) {
    output.append("\"type\":\"audit\",\"at\":\"")
    appendTime(to: &output)
    output.append("\",\"actor\":{\"name\":\"")
    appendName(to: &output)
    output.append("\",\"from\":\"")
    appendOrigin(to: &output)
    output.append("\",\"roles\":[\"operator\",\"")
    output.append(random.pick(Words.services))
    output.append("-admin\"]},\"action\":\"")
    output.append(random.pick(Words.actions))
    output.append("\",\"resource\":{\"kind\":\"")
    output.append(random.pick(Words.resources))
    output.append("\",\"id\":\"")
    appendUUID(to: &output)
    output.append("\"},\"outcome\":\"")
    output.append(random.oneIn(5) ? "denied" : "allowed")
    output.append("\",\"digest\":\"sha256:")
    appendHex(64, to: &output)
    output.append("\",\"mfa\":")
    output.append(random.oneIn(2) ? "true" : "false")
  }

  /// A sample of a metric with quantiles.
  mutating func appendMetrics(to output: inout ByteBuffer) {
    output.append("\"timestamp\":")
    append(epochMilliseconds, to: &output)
    output.append(",\"metric\":\"")
    output.append(random.pick(Words.metrics))
    output.append("\",\"labels\":{\"service\":\"")
    output.append(random.pick(Words.services))
    output.append("\",\"zone\":\"")
    output.append(random.pick(Words.zones))
    output.append("\",\"code\":\"")
    append(random.pick(Words.statuses), to: &output)
    output.append("\"},\"count\":")
    append(random.below(2_000_000), to: &output)
    output.append(",\"sum\":")
    appendDecimal(wholeMax: 90_000, to: &output)
    output.append(",\"quantiles\":[")
    for index in 0..<5 {
      if index > 0 { output.append(ASCII.comma) }
      appendDecimal(wholeMax: 9, to: &output)
    }
    output.append("],\"rate\":")
    append(random.within(1...9), to: &output)
    output.append("e-0")
    append(random.within(1...6), to: &output)
    output.append(",\"delta\":-")
    appendDecimal(wholeMax: 50, to: &output)
    output.append(",\"exemplar\":{\"trace_id\":\"")
    appendHex(32, to: &output)
    output.append("\",\"missing\":null,\"buckets\":{\"le_1\":")
    append(random.below(5000), to: &output)
    output.append(",\"le_5\":")
    append(random.below(9000), to: &output)
    output.append("}}")
  }
}
