/// Addresses between two ends of one family.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
  public let family: IPAddress.Family
  public let bounds: ClosedRange<UInt128>

  public init(_ family: IPAddress.Family, _ bounds: ClosedRange<UInt128>) {
    self.family = family
    self.bounds = bounds
  }

  /// Every address of a family.
  public static func all(_ family: IPAddress.Family) -> AddressRange {
    AddressRange(family, 0...family.highest)
  }

  /// The addresses of `10.0.0.0/8` (host bits are cleared, as Kubernetes does); nil when the text
  /// is no CIDR.
  public init?(cidr: String) {
    let parts = cidr.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parts[0]),
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
      length <= address.family.bits
    else { return nil }
    let hostBits = address.family.bits - length
    let mask: UInt128 = hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
    self.init(address.family, (address.value & ~mask)...(address.value | mask))
  }

  public func contains(_ address: IPAddress) -> Bool {
    address.family == family && bounds.contains(address.value)
  }

  public func contains(_ other: AddressRange) -> Bool {
    other.family == family && bounds.contains(other.bounds.lowerBound)
      && bounds.contains(other.bounds.upperBound)
  }

  public func overlaps(_ other: AddressRange) -> Bool {
    other.family == family && bounds.overlaps(other.bounds)
  }

  /// `10.0.0.0-10.255.255.255`.
  public var description: String {
    "\(IPAddress(family, bounds.lowerBound))-\(IPAddress(family, bounds.upperBound))"
  }
}

/// Any addresses of both families.
public struct AddressSet: Hashable, Sendable {
  public private(set) var v4: IntervalSet<UInt128>
  public private(set) var v6: IntervalSet<UInt128>

  /// The empty set.
  public init() {
    v4 = IntervalSet()
    v6 = IntervalSet()
  }

  /// The union of ranges.
  public init(_ ranges: [AddressRange]) {
    v4 = IntervalSet(ranges.filter { $0.family == .v4 }.map(\.bounds))
    v6 = IntervalSet(ranges.filter { $0.family == .v6 }.map(\.bounds))
  }

  public var ranges: [AddressRange] {
    v4.ranges.map { AddressRange(.v4, $0) } + v6.ranges.map { AddressRange(.v6, $0) }
  }

  public var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

  /// The families of which it holds every address.
  var wholeFamilies: [IPAddress.Family] {
    [IPAddress.Family.v4, .v6].filter { contains(AddressRange.all($0)) }
  }

  public func contains(_ address: IPAddress) -> Bool {
    (address.family == .v4 ? v4 : v6).contains(address.value)
  }

  public func contains(_ range: AddressRange) -> Bool {
    AddressSet([range]).subtracting(self).isEmpty
  }

  public func overlaps(_ other: AddressSet) -> Bool {
    !v4.intersection(other.v4).isEmpty || !v6.intersection(other.v6).isEmpty
  }

  public func subtracting(_ other: AddressSet) -> AddressSet {
    var result = self
    result.v4 = v4.subtracting(other.v4)
    result.v6 = v6.subtracting(other.v6)
    return result
  }
}
