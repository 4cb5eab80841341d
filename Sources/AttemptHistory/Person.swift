import GitStore

/// Who wrote a commit, for telling whether two commits are of the same person: people have several addresses, and
/// hosting sites write one of their own into the merges that they make.
struct Person {
    private let address: String
    private let names: Set<String>
    private let words: Set<Substring>

    init(_ signature: Signature) {
        address = signature.email.lowercased()
        let name = Self.plain(signature.name)
        words = Set(name.split(separator: " "))
        let account = Self.plain(Self.account(address)).filter { $0 != " " }
        let joined = name.filter { $0 != " " }
        // A first name alone says little: many accounts have one.
        let isOneOfSeveral = words.count > 1 && words.contains(Substring(account))
        names = Set([joined, isOneOfSeveral ? "" : account]).filter { $0.count >= 5 && !Self.anybody.contains($0) }
    }

    /// The same address, an account named as the other one is, or a name that has all words of the other.
    func isSame(as other: Person) -> Bool {
        if address == other.address || !names.isDisjoint(with: other.names) { return true }
        if words == other.words { return !words.isEmpty }
        let (shorter, longer) = words.count < other.words.count ? (words, other.words) : (other.words, words)
        guard shorter.isSubset(of: longer), let word = shorter.first else { return false }
        return shorter.count > 1 || (word.count >= 5 && !Self.anybody.contains(String(word)))
    }

    /// Accounts and names that many share.
    private static let anybody: Set<String> = [
        "admin", "administrator", "contact", "developer", "github", "gitlab", "hello", "localhost", "noreply", "office",
        "runner", "support", "ubuntu", "vagrant", "yourname",
    ]

    /// What stands before the @, of `12345+account@users.noreply.github.com` the account.
    private static func account(_ address: String) -> Substring {
        let account = address.prefix { $0 != "@" }
        guard address.contains("noreply"), let plus = account.lastIndex(of: "+") else { return account }
        return account[account.index(after: plus)...]
    }

    /// Lower-case letters without marks and digits, runs of anything else as one space.
    private static func plain(_ text: some StringProtocol) -> String {
        // By way of upper case, so that `ß` reads as `ss`.
        let letters = text.uppercased().unicodeScalars.map { unmarked($0) }.joined()
        return letters.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    /// `E` for `É`: Unicode's name is "LATIN CAPITAL LETTER E WITH ACUTE".
    private static func unmarked(_ scalar: Unicode.Scalar) -> String {
        guard !scalar.isASCII, let name = scalar.properties.name else { return String(scalar) }
        if scalar.properties.generalCategory == .nonspacingMark { return "" }
        let opening = "LATIN CAPITAL LETTER "
        guard name.hasPrefix(opening) else { return String(scalar) }
        let letter = name.dropFirst(opening.count).prefix { $0 != " " }
        return letter.count == 1 ? String(letter) : String(scalar)
    }
}
