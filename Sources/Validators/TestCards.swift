import Bytes

/// Card numbers that card schemes and payment service providers publish for tests: nobody's account.
///
/// Each passes Luhn. They are taken for cards like any other, unless a rule lets them through
/// (`allowTestNumbers`). Sources: the providers' own documents, named above their numbers; what a
/// document shares with one before it is not listed again.
public enum TestCards {
  /// Whether the digits of `text` are one of the numbers; separators are passed over, letters are not.
  public static func contains(_ text: Span<UInt8>) -> Bool {
    var count = 0
    var first: UInt8 = 0
    for index in text.indices where ASCII.isDigit(text[index]) {
      if count == 0 { first = text[index] }
      count += 1
    }
    guard count >= CardFinder.digitCountMin, count <= CardFinder.digitCountMax,
      first != ASCII.zero,
      let number = Digits.number(in: text, count: count)
    else { return false }
    return numbers.contains(number)
  }

  /// How many there are.
  public static var count: Int { all.count }

  private static let numbers = Set(all)

  /// None begins with a zero, so a number says how many digits it has.
  static let all: [UInt64] = [
    // Stripe, "Testing" (docs.stripe.com/testing).
    4242_4242_4242_4242, 4000_0566_5566_5556, 5555_5555_5555_4444, 2223_0031_2200_3222,
    5200_8282_8282_8210, 5105_1051_0510_5100, 378_2822_4631_0005, 371_4496_3539_8431,
    6011_1111_1111_1117, 6011_0009_9013_9424, 6011_9811_1111_1113, 3056_9300_0902_0004,
    36_2272_0627_1667, 6555_9000_0060_4105, 3566_0020_2036_0505, 6200_0000_0000_0005,
    6200_0000_0000_0047, 620_5500_0000_0000_0004, 4000_0000_0000_9987, 4000_0000_0000_9979,
    4000_0000_0000_0069, 4000_0000_0000_0127, 4000_0000_0000_0119, 4000_0025_0000_3155,
    4000_0027_6000_3184, 4000_0000_0000_3220,
    // Adyen, "Test card numbers" (docs.adyen.com).
    5100_0811_1222_3332, 5100_2900_2900_2909, 5577_0000_5577_0004, 5136_3333_3333_3335,
    5585_5585_5585_5583, 5555_4444_3333_1111, 5500_0000_0000_0004, 5424_0000_0000_0015,
    4111_1111_1111_1111, 4988_4388_4388_4305, 4166_6766_6766_6746, 4646_4646_4646_4644,
    4444_3333_2222_1111, 4400_0000_0000_0008, 4977_9494_9494_9497, 3569_9900_1009_5841,
    4035_5010_0000_0008, 4360_0000_0100_0005, 370_0000_0000_0002, 36_0066_6633_3344,
    6011_6011_6011_6611, 6445_6445_6445_6445, 6703_4444_4444_4449, 6062_8288_8866_6688,
    5066_9911_1111_1118, 5019_5555_4444_5555, 6250_9460_0000_0016, 6250_9470_0000_0014,
    6243_0300_0000_0001, 135_4100_1400_4955,
    // Adyen, "Point-of-sale test card".
    5413_3300_8909_9999, 5100_0600_0000_0002, 600_0070_7361_6923_7003, 5520_3300_0000_0001,
    2308_8800_0000_0000, 4151_5000_0000_0008, 679_9998_9000_0009_9990, 5413_3300_8999_9990,
    679_9998_9000_0099_9991, 5413_3300_8902_0037,
    // Braintree, "Testing and go live" (developer.paypal.com/braintree).
    36_2596_0000_0004, 6011_0009_9130_0009, 3530_1113_3330_0000, 6304_0000_0000_0000,
    2223_0000_4840_0011, 4005_5192_0000_0004, 4009_3488_8888_1881, 4012_0000_3333_0026,
    4012_0000_7777_7777, 4012_8888_8888_1881, 4217_6511_1111_1119, 4500_6000_0000_0061,
    6221_2611_1111_7766, 6223_1649_9123_0014, 4000_1111_1111_1115, 378_7344_9367_1000,
    38_5200_0000_9814,
    // PayPal, Payflow, "Credit card numbers for testing".
    5610_5910_8101_8250, 30_5693_0902_5904, 38_5200_0002_3237, 4_2222_2222_2222,
    5019_7170_1010_3742, 6331_1019_9999_0016,
    // Authorize.net, "Testing guide" (developer.authorize.net).
    38_0000_0000_0006, 6011_0000_0000_0012, 3088_0000_0000_0017, 4_0070_0000_0027,
    4_0128_8881_8888,
    // Fat Zebra, "Testing" (docs.fatzebra.com).
    5123_4567_8901_2346, 5313_5810_0012_3430, 4005_5500_0000_0001, 4557_0123_4567_8902,
    345_6789_0123_4564, 2221_0012_3456_7896,
    // Bambora, "Test cards" (dev.bambora.com).
    5156_2300_0000_0004, 5206_8300_0000_0001, 5125_8600_0000_0006, 4154_2100_0000_0001,
    4002_7700_0000_0008, 4002_6200_0000_0005,
  ]
}
