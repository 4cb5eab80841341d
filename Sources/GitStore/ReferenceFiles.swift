#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// All references at once, as git's `files` format keeps them: a file each below `refs/`, and `packed-refs`.
///
/// libgit2 looks for a file for every packed reference; with hundreds of attempts that is most of what asking again costs.
/// Whatever is not plain (a broken file, a symbolic link, a name that needs thought) makes this nil, and libgit2 answers.
struct ReferenceFiles {
    private let directory: String
    private let prefixes: [String]
    private var targets: [String: ObjectID] = [:]
    private var symbolic: [String: String] = [:]

    /// The references whose full names start with one of `prefixes` (`refs/heads/`), by name; symbolic ones followed,
    /// dangling ones left out.
    ///
    /// - Parameter directory: the common git directory.
    static func list(below prefixes: [String], in directory: String) -> [Reference]? {
        var files = ReferenceFiles(directory: directory, prefixes: prefixes)
        // Loose ones first: a reference that is packed meanwhile is then seen in one place or the other.
        for prefix in prefixes { guard files.readFolder(prefix) else { return nil } }
        let loose = files.targets
        guard files.readPacked() else { return nil }
        files.targets.merge(loose) { $1 }
        return files.resolved()
    }

    private init(directory: String, prefixes: [String]) {
        self.directory = directory
        self.prefixes = prefixes
    }

    private func resolved() -> [Reference]? {
        var found = targets.filter { symbolic[$0.key] == nil }.map { Reference(name: $0.key, target: $0.value) }
        for (name, first) in symbolic {
            var target = first
            for _ in 0..<5 { if let next = symbolic[target] { target = next } }
            guard symbolic[target] == nil, prefixes.contains(where: { target.hasPrefix($0) }) else { return nil }
            if let id = targets[target] { found.append(Reference(name: name, target: id)) }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Reads a folder of reference files; `path` ends with a slash. False where one is not plain.
    private mutating func readFolder(_ path: String) -> Bool {
        guard let folder = opendir("\(directory)/\(path)") else { return errno == ENOENT }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let type = Int(entry.pointee.d_type)
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." || name.hasSuffix(".lock") { continue }
            // git ignores files that begin with a dot, and says so of files with names that no reference can have.
            guard Self.isPlain(name) else { return false }
            if type == Int(DT_DIR) {
                guard readFolder("\(path)\(name)/") else { return false }
            } else {
                guard type == Int(DT_REG), readFile(path + name) else { return false }
            }
        }
        return true
    }

    private mutating func readFile(_ name: String) -> Bool {
        let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC)
        // Packed or deleted a moment ago.
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0, count < buffer.count else { return false }
            var line = buffer[..<count]
            while let last = line.last, last == 10 || last == 13 || last == 32 { line.removeLast() }
            if line.starts(with: "ref: refs/".utf8) {
                symbolic[name] = String(decoding: line.dropFirst(5), as: UTF8.self)
                return true
            }
            guard line.count == ObjectID.hexLength, let id = ObjectID(hex: String(decoding: line, as: UTF8.self)) else {
                return false
            }
            targets[name] = id
            return true
        }
    }

    /// Reads `packed-refs`: `<id> <name>` a line; `#` starts the header, `^` a tag's peeled object.
    private mutating func readPacked() -> Bool {
        guard let file = MappedFile(path: "\(directory)/packed-refs") else {
            var status = stat()
            // An empty file cannot be mapped.
            return lstat("\(directory)/packed-refs", &status) != 0 || status.st_size == 0
        }
        guard var line = file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        let end = line + file.bytes.count
        while line < end {
            guard let ending = memchr(line, 10, end - line) else { return false }
            let length = ending - UnsafeMutableRawPointer(mutating: line)
            let next = line + length + 1
            defer { line = next }
            if line[0] == UInt8(ascii: "#") || line[0] == UInt8(ascii: "^") { continue }
            let digits = ObjectID.hexLength
            guard length > digits + 1, line[digits] == 32 else { return false }
            let name = UnsafeBufferPointer(start: line + digits + 1, count: length - digits - 1)
            guard prefixes.contains(where: { name.starts(with: $0.utf8) }) else { continue }
            guard let id = ObjectID(hexDigits: line) else { return false }
            targets[String(decoding: name, as: UTF8.self)] = id
        }
        return true
    }

    /// A component that every reference may have; others are libgit2's to judge.
    private static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.hasSuffix(".")
            && name.utf8.allSatisfy { byte in
                byte > 32 && byte < 127 && !"~^:?*[\\{".utf8.contains(byte)
            }
    }
}
