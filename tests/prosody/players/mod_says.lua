-- A server says of itself what a test wants: `says_features`, and `says_addresses` for reports (XEP-0157).

local st = require "util.stanza";

for _, feature in ipairs(module:get_option_array("says_features", {})) do
	module:add_feature(feature);
end

local function field(form, name, values)
	form:tag("field", { var = name });
	for _, value in ipairs(values) do
		form:text_tag("value", value);
	end
	form:up();
end

for name, values in pairs(module:get_option("says_addresses", {})) do
	local form = st.stanza("x", { xmlns = "jabber:x:data"; type = "result" });
	field(form, "FORM_TYPE", { "http://jabber.org/network/serverinfo" });
	field(form, name, values);
	module:add_item("extension", form);
end
