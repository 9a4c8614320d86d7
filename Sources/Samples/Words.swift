/// What records are made of. The order is part of the generator's contract: a seed picks by place.
enum Words {
  static let services = [
    "checkout", "payments", "catalog", "search", "identity", "ledger", "shipping", "gateway",
    "notifier", "pricing",
  ]
  static let methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"]
  static let routes = [
    "/api/v2/orders", "/api/v2/carts", "/v1/customers", "/healthz", "/static/app.js",
    "/api/v2/payments", "/search", "/v1/sessions",
  ]
  static let statuses = [200, 200, 200, 200, 201, 204, 302, 304, 400, 401, 404, 500, 503]
  static let levels = ["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]
  static let userAgents = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "okhttp/4.12.0", "curl/8.5.0", "Go-http-client/2.0", "kube-probe/1.33",
  ]
  static let plainUserAgents = [
    "okhttp/4.12", "curl/8.5", "Go-http-client/2.0", "kube-probe/1.33", "Prometheus/2.53",
  ]
  static let messages = [
    "request completed", "cache miss, reading from the primary", "connection pool exhausted",
    "retrying after upstream reset", "order accepted", "stock level below threshold",
    "session expired", "feature flag evaluated", "slow query", "message published to the topic",
    "rate limit applied", "configuration reloaded", "scheduled job finished",
  ]
  static let errors = [
    "java.lang.IllegalStateException: pool closed\\n\\tat com.acme.Pool.take(Pool.java:88)\\n\\tat com.acme.Worker.run(Worker.java:31)",
    "context deadline exceeded", "dial tcp: lookup ledger on the cluster resolver: no such host",
    "unexpected EOF while reading \\\"response\\\" from C:\\\\spool\\\\in",
  ]
  static let metrics = [
    "http_request_duration_seconds", "queue_depth", "gc_pause_seconds", "process_resident_bytes",
    "db_pool_in_use", "orders_total",
  ]
  static let actions = ["create", "read", "update", "delete", "approve", "login", "rotate"]
  static let resources = ["order", "refund", "role", "bucket", "deployment", "secret", "invoice"]
  static let currencies = ["EUR", "USD", "GBP", "JPY", "CHF"]
  static let cardBrands = ["visa", "mastercard", "amex", "discover", "jcb"]
  static let zones = ["eu-west", "eu-central", "us-east", "ap-south"]
  static let firstNames = [
    "Ada", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin",
    "Liam", "Mona", "Nils", "Olga", "Paul", "Rosa", "Sven", "Tara", "Uma",
  ]
  static let lastNames = [
    "Archer", "Baker", "Carter", "Dyer", "Ellis", "Fisher", "Glover", "Hunter", "Jarvis", "Keeler",
    "Lister", "Mason", "Naylor", "Parker", "Sawyer", "Tanner", "Weaver",
  ]
  static let namesOfOtherScripts = [
    "佐藤 花子", "鈴木 一郎", "山田 太郎", "Zoë Müller", "Łukasz Żak", "Søren Åberg", "Ольга Мельник",
    "이 민지", "José Núñez 🎉", "王 小明", "مريم حداد", "🦊 Fuchs",
  ]
  static let hosts = ["example.com", "example.org", "example.net", "mail.example.com"]
  static let foreignTexts = [
    "注文を受け付けました。配送は明日です。", "お支払いが完了しました", "Заказ принят и передан на склад",
    "주문이 접수되었습니다", "تم استلام الطلب بنجاح", "Größe geändert: Straße, Fuß, Öl",
    "ข้อความได้รับแล้ว", "σύνδεση απορρίφθηκε", "संदेश भेजा गया", "👩‍💻 deployed 🚀 to 東京",
    "naïve façade, crème brûlée, piñata", "訂單已建立，請稍候",
  ]
}
