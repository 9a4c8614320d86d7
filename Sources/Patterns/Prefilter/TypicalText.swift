/// How often bytes, and bytes side by side, are met in the strings of log records: counted in a
/// sample, since letters and digits come in words, runs and fixed forms. Signs are chosen by it; a bad
/// guess costs time, never a match.
enum TypicalText {
  /// The values of records, one to a line: what programs write all day and few rules look for.
  private static let sample = """
    2026-03-01T09:00:07.539Z
    2026-03-01 09:00:08,938 +0100
    01/Mar/2026:09:00:08 +0000
    89fdf88d211f5bebfe48d28b6d1571fc
    9a4a2a03-95c5-4563-a831-02a7606af44a
    10b57c82df852a87
    sha256:81128c59d07246fbc74b509f54e9c45c7ac25ace2435cfb30eefe1126e6f19a0
    7c6a87ce-6458-4cc5-afbf-99be0e0d7f55
    f14625ee8f50b875608dbce0e68ca20ceb977c5c
    Root=1-67c2f9a0-5f84d1e2a9b07c3d4e6f8a1b
    00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
    req-01JNB7Q9ZK3V8X5W2M4T6R0YCD
    dGhlIHF1aWNrIGJyb3duIGZveA==
    INFO
    WARNING
    ERROR
    DEBUG
    request completed
    connection reset by peer
    context deadline exceeded while waiting for upstream response
    failed to open file /var/log/app/current.log: permission denied
    started listening on port 8080 with 4 workers
    user session expired, redirecting to login page
    retrying the operation in 250 ms (attempt 3 of 5)
    payment.captured
    order accepted for delivery to the client
    cache miss for key cart:contents:u-19151
    the response from the server was not valid and has been ignored
    http://catalog.internal:8080/v1/items?limit=20&offset=40&sort=price
    GET /api/v2/carts/ord-d1b323/items HTTP/1.1
    POST /v1/customers/4821/orders?expand=lines HTTP/2
    https://shop.example.com/static/img/logo-2x.png
    Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15
    Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
    Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36
    kube-probe/1.33
    curl/8.5.0
    python-requests/2.32.3
    203.0.113.69
    10.42.7.118:52144
    shipping-6c5e89e08-x1868
    ip-10-0-3-17.eu-west-1.compute.internal
    registry.example.com/team/gateway:2.14.3-alpine
    arn:aws:sqs:us-east-1:123456789012:events
    com.acme.search.IndexWriter
    org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)
    at java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
    File "/usr/lib/python3/site-packages/worker/tasks.py", line 118, in process
    main.handleRequest(0xc0001a2000, 0x1f)
    panic: runtime error: invalid memory address or nil pointer dereference
    SELECT id, total FROM orders WHERE status = 'open' AND created_at > now() ORDER BY id DESC LIMIT 50
    INSERT INTO events (id, kind, payload) VALUES ($1, $2, $3)
    gc_pause_seconds
    db_pool_in_use
    queue_depth
    eu-central-1b
    node-40
    application/json; charset=utf-8
    text/html
    en-US,en;q=0.9,de;q=0.8
    gzip, deflate, br
    no-cache, no-store, must-revalidate
    identity
    notifier
    checkout
    inventory
    allowed
    production
    default
    true
    null
    u-34073
    sku-6a877
    EUR
    12.50
    1772355600022
    0.09412
    200
    Olga Lister
    Mona Fisher
    version 4.18.0-rc2 (commit 3e9d1c7, built 2026-02-11)
    kubernetes.io/metadata.name
    thread-pool-7-worker-12
    TLS_AES_256_GCM_SHA384
    CN=gateway.example.com,O=Acme Payments Ltd,C=GB
    level=info msg="reconciled" controller=deployment duration=1.204s
    nginx: worker process exited with code 137
    disk usage at 83% on /dev/nvme0n1p1
    Order confirmation
    Your parcel has left our warehouse and will arrive on Tuesday between 10 and 12
    """

  private static let bytes = Array(sample.utf8)
  static let wordCount = (bytes.count + 63) / 64

  /// For each byte the places where it stands.
  private static let placesOfByte: [UInt64] = {
    var places = [UInt64](repeating: 0, count: 256 * wordCount)
    for (place, byte) in bytes.enumerated() {
      places[Int(byte) * wordCount + place / 64] |= 1 << UInt64(place % 64)
    }
    return places
  }()

  /// The places where a window of each kind may begin.
  private static let starts: [[UInt64]] = TriggerPlan.Border.allCases.map { border in
    var starts = [UInt64](repeating: 0, count: wordCount)
    for place in bytes.indices
    where border.allows(bytes[place], after: place == 0 ? nil : bytes[place - 1]) {
      starts[place / 64] |= 1 << UInt64(place % 64)
    }
    return starts
  }

  /// The places where a byte of `set` stands, one bit each.
  static func places(of set: some Sequence<UInt8>) -> [UInt64] {
    var places = [UInt64](repeating: 0, count: wordCount)
    for byte in set {
      let start = Int(byte) * wordCount
      for word in 0..<wordCount { places[word] |= placesOfByte[start + word] }
    }
    return places
  }

  /// The share of places where `columns` stand one behind the other, and a window may begin.
  static func share(of columns: [[UInt64]], _ border: TriggerPlan.Border) -> Double {
    share(of: columns.flatMap { $0 }, rows: columns.count, border)
  }

  /// The same for columns that lie one behind the other in one array.
  static func share(of columns: [UInt64], rows: Int, _ border: TriggerPlan.Border) -> Double {
    var count = 0
    let starts = starts[border.rawValue]
    for word in 0..<wordCount {
      var hits = starts[word]
      var place = word
      var distance: UInt64 = 0
      while distance < rows, hits != 0 {
        let next = word + 1 < wordCount ? columns[place + 1] : 0
        // A shift by 64 gives zero.
        hits &= columns[place] >> distance | next << (64 - distance)
        distance += 1
        place += wordCount
      }
      count += hits.nonzeroBitCount
    }
    return Double(count) / Double(bytes.count)
  }
}
