# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the Kappa developers
#
# The C door (Sources/CKappa/include/kappa.h) from Julia, without a package:
#
#     KAPPA_LIBRARY=.build/release/libkappa-c.so julia Python/examples/julia/gain.jl

const library = ENV["KAPPA_LIBRARY"]

# kappa_array of kappa.h.
struct KappaArray
    name::Ptr{UInt8}
    data::Ptr{Cvoid}
    shape::Ptr{Int64}
    axes::Int32
    type::Int32
end

"One array of a result by its name, copied."
function found(result, name)
    count = ccall((:kappa_result_array_count, library), Int32, (Ptr{Cvoid},), result)
    for index in 0:(count - 1)
        array = Ref{KappaArray}()
        ccall((:kappa_result_array, library), Int32, (Ptr{Cvoid}, Int32, Ptr{KappaArray}), result, index, array)
        unsafe_string(array[].name) == name || continue
        # C's order has the last axis first in memory; of one axis there is but one order.
        size = unsafe_load(array[].shape)
        return copy(unsafe_wrap(Array, Ptr{Float64}(array[].data), Int(size)))
    end
    error("expected an array $name, found none")
end

"⟨φ'⟩ over N(0, Δ²) for every Δ."
function gain(delta::Vector{Float64}; transfer = "tanh")
    name, shape = "delta", Int64[length(delta)]
    GC.@preserve name shape delta begin
        arrays = [KappaArray(pointer(name), pointer(delta), pointer(shape), 1, 0)]
        result = ccall(
            (:kappa_run, library), Ptr{Cvoid},
            (Cstring, Cstring, Ptr{Cvoid}, Ptr{KappaArray}, Int32, Ptr{Cvoid}),
            "gain", "{\"transfer\": \"$transfer\"}", C_NULL, arrays, 1, C_NULL)
        try
            if ccall((:kappa_result_status, library), Int32, (Ptr{Cvoid},), result) != 0
                error(unsafe_string(ccall((:kappa_result_json, library), Ptr{UInt8}, (Ptr{Cvoid},), result)))
            end
            return found(result, "gain")
        finally
            ccall((:kappa_result_free, library), Cvoid, (Ptr{Cvoid},), result)
        end
    end
end

println(join(gain([0.5, 1.0, 8.0]), " "))
