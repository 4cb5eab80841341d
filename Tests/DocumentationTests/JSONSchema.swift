import Foundation

/// As much of JSON Schema 2020-12 as `Docs/status.schema.json` uses. A keyword that is not known here is an error, so that
/// no part of the schema goes unchecked.
struct JSONSchema {
    /// The schema's top.
    let root: [String: Any]

    private static let annotations: Set = ["$schema", "$defs", "title", "description"]

    init(contentsOf file: URL) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        self.root = root
    }

    /// What is wrong with a document; empty when nothing is.
    func errors(in document: Any) -> [String] { errors(in: document, schema: root, at: "") }

    /// The words that a place of the schema allows: `words("integration", "state")`.
    func words(_ definition: String, _ member: String) -> [String] {
        let properties = self.definition(definition)["properties"] as? [String: [String: Any]]
        return properties?[member]?["enum"] as? [String] ?? []
    }

    /// One of the schema's `$defs`.
    func definition(_ name: String) -> [String: Any] {
        (root["$defs"] as? [String: [String: Any]])?[name] ?? [:]
    }

    private func errors(in value: Any, schema: [String: Any], at place: String) -> [String] {
        schema.keys.sorted().flatMap { keyword -> [String] in
            let holds = { (_ condition: Bool) in condition ? [] : ["\(place): \(keyword) does not hold for \(value)"] }
            switch (keyword, schema[keyword]) {
            case ("$ref", let name as String):
                return errors(
                    in: value, schema: definition(name.split(separator: "/").last.map(String.init) ?? ""), at: place)
            case ("type", let name as String): return holds(Self.has(value, type: name))
            case ("type", let names as [String]): return holds(names.contains { Self.has(value, type: $0) })
            case ("const", let wanted as NSObject): return holds((value as? NSObject) == wanted)
            case ("enum", let words as [NSObject]): return holds(words.contains { $0 == value as? NSObject })
            case ("pattern", let pattern as String):
                return holds((value as? String)?.range(of: pattern, options: .regularExpression) != nil)
            case ("minLength", let least as Int): return holds(((value as? String)?.count ?? least) >= least)
            case ("minimum", let least as Double): return holds(((value as? NSNumber)?.doubleValue ?? least) >= least)
            case ("maximum", let most as Double): return holds(((value as? NSNumber)?.doubleValue ?? most) <= most)
            case ("minItems", let least as Int): return holds(((value as? [Any])?.count ?? least) >= least)
            case ("required", let names as [String]):
                return names.filter { (value as? [String: Any])?[$0] == nil }.map { "\(place): \($0) is missing" }
            case ("additionalProperties", false as Bool):
                let known = (schema["properties"] as? [String: Any] ?? [:]).keys
                return ((value as? [String: Any]) ?? [:]).keys.filter { !known.contains($0) }
                    .map { "\(place): \($0) is not in the schema" }
            case ("properties", let members as [String: [String: Any]]):
                return members.flatMap { name, schema in
                    (value as? [String: Any])?[name].map { errors(in: $0, schema: schema, at: "\(place)/\(name)") }
                        ?? []
                }
            case ("items", let schema as [String: Any]):
                return (value as? [Any] ?? []).enumerated().flatMap {
                    errors(in: $1, schema: schema, at: "\(place)/\($0)")
                }
            case ("anyOf", let choices as [[String: Any]]):
                return holds(choices.contains { errors(in: value, schema: $0, at: place).isEmpty })
            default: return Self.annotations.contains(keyword) ? [] : ["\(place): the keyword \(keyword) is not known"]
            }
        }
    }

    private static func has(_ value: Any, type: String) -> Bool {
        switch type {
        case "null": value is NSNull
        case "boolean": value is Bool
        case "integer": (value as? NSNumber).map { Double($0.intValue) == $0.doubleValue } ?? false
        case "number": value is NSNumber
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        default: false
        }
    }
}
